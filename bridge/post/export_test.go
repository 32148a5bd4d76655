package post

// The errors that tests tell apart.
var ErrSettling = errSettling
