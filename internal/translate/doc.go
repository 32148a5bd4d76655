// Package translate has texts translated: by Apertium on this machine, or by a
// LibreTranslate or DeepL elsewhere.
//
// All three keep the same promises. What is fixed in a sentence is not translated, and
// stands in the result exactly once and as it was; a sentence of which that cannot be
// said comes back as nil. Nothing is half translated: either every sentence has its
// result, or there is an error. Nothing that is asked, answered or complained about
// appears in an error, nor does a key. Each call ends within its time limit and takes a
// bounded amount of memory.
//
// Errors are temporary unless they are marked as permanent: a login that is refused, a
// language that is not offered, a part that is not installed.
package translate

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"escalat/bridge/sentence"
)

// Bounds of one call.
const (
	maxSentences = 5_000
	maxText      = 1 << 20 // bytes of all sentences
)

var (
	// ErrPair means that the translator does not know the languages.
	ErrPair = errors.New("the languages are not offered")

	errTooMuch  = errors.New("the text is too long to be translated")
	errClosed   = errors.New("closed")
	errLost     = errors.New("what must not change did not come back")
	errSame     = errors.New("the text came back as it was")
	errTooSlow  = errors.New("it takes too long")
	errAnswered = errors.New("the answer has another shape than was agreed")
)

// Status is what a translator has done since it was made.
type Status struct {
	Name      string
	Remote    bool  // texts leave this machine
	Calls     int64 // to Translate
	Failed    int64 // calls that ended in an error
	Sentences int64 // that were translated
	Lost      int64 // sentences in which something fixed did not survive
	Started   int64 // pipelines of Apertium
	Running   int   // of them
	// Success and Failure are when a call last ended so, or zero; Err is of the failure.
	Success, Failure time.Time
	Err              error
}

// record keeps a Status.
type record struct {
	mu     sync.Mutex
	status Status
	now    func() time.Time
}

// call writes down how a call ended.
func (r *record) call(results []sentence.Sentence, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.Calls++
	if err != nil {
		r.status.Failed++
		r.status.Failure, r.status.Err = r.now(), err
		return
	}
	r.status.Success = r.now()
	for _, s := range results {
		if s == nil {
			r.status.Lost++
		} else {
			r.status.Sentences++
		}
	}
}

// bounded refuses what no incident holds.
func bounded(sentences []sentence.Sentence) error {
	size := 0
	for _, s := range sentences {
		size += sizeOf(s)
	}
	if len(sentences) > maxSentences || size > maxText {
		return errTooMuch
	}
	return nil
}

// sizeOf is the length of a sentence in bytes.
func sizeOf(s sentence.Sentence) int {
	size := 0
	for _, p := range s {
		size += len(p.Text)
	}
	return size
}

// read returns what was written down.
func (r *record) read() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status
}

// sample is what a check has translated, from Catalan into Spanish.
func sample() sentence.Sentence {
	return sentence.Sentence{{Text: "El servidor "}, {Text: "192.0.2.1", Fixed: true}, {Text: " no respon des d'ahir."}}
}

// check translates the sample and says what came of it.
func check(
	ctx context.Context, translate func(context.Context, string, string, []sentence.Sentence) ([]sentence.Sentence, error), name string,
) (string, error) {
	out, err := translate(ctx, "ca", "es", []sentence.Sentence{sample()})
	if err != nil {
		return "", err
	}
	switch text := out[0].String(); {
	case out[0] == nil:
		return "", fmt.Errorf("%s: %w", name, errLost)
	case text == sample().String():
		return "", fmt.Errorf("%s: %w", name, errSame)
	default:
		return text, nil
	}
}
