package text

import (
	"fmt"
	"time"
)

// noBreak is a space at which no line ends.
const noBreak = "\u00a0"

// oClock stands behind a time, on the same line.
const oClock = noBreak + "h"

// words is one language: sentences with their gaps, and how it writes numbers.
// The gaps are numbered, because languages order them differently.
type words struct {
	lang    string
	decimal string
	when    func(time.Time) string
	hour    func(minutes int) string
	hours   string // from, to

	call         string // provider, numbers, hours, what then
	sayThis      string // what to say
	thenPhoned   string // command
	now          string
	callDontWait string
	callAlso     string // the mail has gone out
	callNow      string // it has not, or perhaps not
	// The same when the mail is an addition.
	callAlsoAdded, callNowAdded, callWithdrawn string

	askOne, askMany         string // provider, form
	thanks                  string // before a request that is not the first
	againOne, againMany     string // provider, form
	askKind                 string // provider, names, why
	kindNone, kindStillNone string
	kindBoth                string
	or                      func(next string) string
	answerKind              string
	answerKindBoth          string
	kindLabel               string // label
	alsoOne, alsoMany       string
	instead                 string // what stands there
	example                 string
	checkToo                string
	copyOne, copyMany       string
	thenSent, thenTrial     string // provider
	thenHanded              string // provider
	kindMayNeed             string
	sendNow, handNow        string // command

	sent, redirected    string // provider, recipients, time, subject
	withFile, withFiles string // how many, names
	more                string // how many
	answerHere          string
	later, laterFollows string
	byCopy              string
	copyRefused         string // the server's words

	notAttached string
	left        map[string]leftOut // by code
	leftElse    leftOut

	pendingOne, pendingMany string
	stillOne, stillMany     string
	sentAsIs, sentAsIsTest  string
	sentAsIsCalling         string // provider
	// Provider, recipients, time, labels or names, what the mail is with.
	added, addedPart, addedChanges, addedFile, addedFiles, addedRedirected string
	nothingMissing                                                         string

	offerChange, offerChanges                     string // provider, labels, command
	offerFile, offerFiles                         string // provider, names, command
	offerAlsoFile, offerAlsoFiles                 string // provider, names, command
	offerLeft                                     string // provider
	noFileNew, noneNamedNew, noChangeNew, butLeft string // provider
	phoned                                        string // provider, time
	phonedThen                                    string // command

	// Provider, what the mail is with or nothing, how to tell the provider.
	sendFailed, sendDelayed, sendUnknown, sendAgain, sendStuck, withdrawn string
	addFailed, addStuck, addWithdrawn                                     string // of an addition

	notAdded                    string // provider, why, what the mail is with
	firstUnsent, firstSimulated string
	firstElsewhere              string // recipients

	already, alreadyRedirected string // provider, recipients, time
	alreadySimulated           string // provider
	sendAnew                   string
	unheard                    string // command
	kindChanged                string // provider, former kind, kind now, how to tell the provider

	callBarred                 string // it waits for somebody who may
	barredLabel, barredCommand string // provider
	braked                     string // provider, limit, minutes, command
	minute, minutes            string // how many
	resolved                   string // provider, references, how to tell the provider
	resolvedAnew               string // label
	joined, joinedWaiting      string // provider, leader, references
	joinedLeave                string // label
	joinNoKey                  string // the command as it should be
	joinNoCase                 string // provider, leader
	joinAlreadySent            string // provider, leader, how to tell the provider
	leaderFailed               string // provider, leader, how to tell the provider
	listed, listedUnknown      string // provider, command
	noted, notedHere           string // provider, reference
	tellThere                  string // leader

	// Of a mail that is an addition.
	withMissing, withChanges, withAttached string
	wasMissing, changes                    string // labels
	attachments                            string // names

	byPhone, byPhoneOrPortal string

	ifUrgent              string
	phone, phones, portal string

	reason string

	replied        string // provider, sender, time
	acknowledged   string // provider, sender, time
	colleague      string // provider, sender, time
	unverified     string // provider, who let it pass
	claimed        string // provider, sender, time
	released       string // who let it pass
	sealed         string
	absent         string // provider, sender, time
	bounced        string // provider, addresses, time, how to tell the provider
	bouncedAdded   string // the same
	bouncedSome    string // the same
	bouncedPerhaps string // the same
	delayed        string // the same
	flooded        string // provider, time
	tooLarge       string // provider, sender, time, size
	ticket         string // number
	tickets        string // numbers
	closed         string // provider
	shortened      string
	noText         string
	whole          string // file
	wholeAt        string // leader, file
	seeFiles       string
	files          string
	filesAt        string // leader, files
	known          string // files
	knownAt        string // leader, files

	cutShort     string // file
	wholeComment string // name of the file, without what stands behind its dot
	relationship string // provider

	quarantined                               string // provider, sender, time, why
	notAllowed, notAuthentic, ambiguousSender string
	noSender                                  string
	fileFailed                                string // provider, name, size
	fileInfected, fileUnscanned               string // provider, name, size
	blocked                                   string // files
	commentFileFailed                         string // provider, name, size
	commentFailed                             string // provider

	problems    map[string]string // by code
	problemElse string
	doubts      map[string]doubt // by code
	doubtElse   doubt
	valued      string // label, value, sentence
	noAnswer    string // what stands there

	complete, incomplete, lacksOne string // form
	lacksMany                      string // form, how many
	noKind                         string // in the form's place
	toReview                       string
}

// doubt is what looks wrong, and what to do about it before it is sent.
type doubt struct{ why, do string }

// leftOut is why a mail does not bring a file, and what to do about it and about
// several, with the command that sends files and the provider.
type leftOut struct{ why, one, many string }

// dayAt writes a day and an hour; one o'clock is singular in Catalan and
// Spanish.
func dayAt(t time.Time, one, many, separator string) string {
	at := many
	if t.Hour() == 1 {
		at = one
	}
	return fmt.Sprintf("%s %s %d%s%02d", t.Format("2/1/2006"), at, t.Hour(), separator, t.Minute())
}

// shortHour writes minutes after midnight, without minutes at the full hour.
func shortHour(minutes int, separator string) string {
	if minutes%60 == 0 {
		return fmt.Sprint(minutes / 60)
	}
	return fmt.Sprintf("%d%s%02d", minutes/60, separator, minutes%60)
}
