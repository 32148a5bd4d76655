package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"

	"escalat/bridge/token"
)

type keygenCommand struct {
	ID uint8 `default:"1" placeholder:"1" help:"Number of the key, from 1 to 255; a new one each time that keys are renewed."`
}

// Validate refuses the number that no key has.
func (k keygenCommand) Validate() error {
	if k.ID == 0 {
		return errors.New("--id must be from 1 to 255")
	}
	return nil
}

// Run prints a key in the form of ESCALAT_TOKEN_KEYS.
func (k keygenCommand) Run(w world) error {
	_, err := fmt.Fprintln(w.out, newKey(k.ID))
	return err
}

// newKey makes a key in the form of ESCALAT_TOKEN_KEYS.
func newKey(id uint8) string {
	secret := make([]byte, token.MinSecret)
	_, _ = rand.Read(secret) // never fails: crypto/rand ends the program instead
	return fmt.Sprintf("%d:%s", id, base64.StdEncoding.EncodeToString(secret))
}
