//go:build race

package openapi

// raceDetector tells whether the tests run under the race detector.
const raceDetector = true
