package cli

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// parseDuration reads "1m30s", or a bare number of seconds.
func parseDuration(text string) (time.Duration, error) {
	text = strings.TrimSpace(text)
	invalid := errors.New("want a duration such as 30s, 1.5m or 2h; a bare number is seconds")
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		text += "s"
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, invalid
	}
	if d < 0 {
		return 0, errors.New("a duration cannot be negative")
	}
	return d, nil
}

// duration is the value of a flag that takes a duration.
type duration time.Duration

func (d *duration) String() string {
	if *d == 0 {
		return ""
	}
	return time.Duration(*d).String()
}

func (d *duration) Set(text string) error {
	v, err := parseDuration(text)
	*d = duration(v)
	return err
}

func (d *duration) Type() string { return "DURATION" }

// interval is the value of --poll-interval: MIN[,MAX], or 0 for no pause.
type interval runtime.Poll

func (i *interval) String() string {
	switch {
	case i.Off:
		return "0"
	case i.Min == 0 && i.Max == 0:
		return ""
	default:
		return i.Min.String() + "," + i.Max.String()
	}
}

func (i *interval) Set(text string) error {
	first, second, both := strings.Cut(text, ",")
	shortest, err := parseDuration(first)
	if err != nil {
		return err
	}
	longest := time.Duration(0)
	if both {
		if longest, err = parseDuration(second); err != nil {
			return err
		}
		if longest < shortest {
			return errors.New("the longest pause is shorter than the first")
		}
	}
	switch {
	case shortest == 0 && longest == 0:
		*i = interval{Off: true}
	case shortest == 0:
		return errors.New("the first pause is 0 but the longest is not; 0 alone turns pauses off")
	default:
		const usual = 60 * time.Second
		if longest == 0 {
			longest = max(shortest, usual)
		}
		*i = interval{Min: shortest, Max: longest}
	}
	return nil
}

func (i *interval) Type() string { return "MIN[,MAX]" }

// choice is the value of a flag that takes one of a few words.
type choice struct {
	value   string
	choices []string
}

func (c *choice) String() string { return c.value }

func (c *choice) Set(text string) error {
	for _, known := range c.choices {
		if text == known {
			c.value = text
			return nil
		}
	}
	return errors.New("want " + strings.Join(c.choices, " or ") + didYouMean(text, c.choices, ""))
}

func (c *choice) Type() string { return strings.Join(c.choices, "|") }
