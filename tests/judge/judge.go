// Judges notes, proofs and tiles by golang.org/x/mod/sumdb, the code of the format's author.
//
// Reads questions as lines of JSON, answers each with one line: "ok", with what was found behind it, or "refused: why".
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

// Question holds the fields of all kinds; hashes are base64.
type Question struct {
	Kind   string
	Note   string
	Keys   []string
	Size   int64
	Old    int64
	Index  int64
	Root   []byte
	First  []byte
	Leaf   []byte
	Hashes [][]byte
	Tiles  map[string][]byte
}

func hash(data []byte) (found tlog.Hash, err error) {
	if len(data) != tlog.HashSize {
		return found, fmt.Errorf("a hash has %d bytes, not %d", tlog.HashSize, len(data))
	}
	copy(found[:], data)
	return found, nil
}

func hashes(list [][]byte) (found []tlog.Hash, err error) {
	for _, data := range list {
		one, err := hash(data)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, nil
}

// opened verifies the signatures of a note and returns its text and the names of the keys that signed.
func opened(q Question) (string, error) {
	var known []note.Verifier
	for _, key := range q.Keys {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return "", err
		}
		known = append(known, verifier)
	}
	found, err := note.Open([]byte(q.Note), note.VerifierList(known...))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %s", len(found.Sigs), base64.StdEncoding.EncodeToString([]byte(found.Text))), nil
}

func inclusion(q Question) error {
	root, err := hash(q.Root)
	if err != nil {
		return err
	}
	leaf, err := hash(q.Leaf)
	if err != nil {
		return err
	}
	proof, err := hashes(q.Hashes)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, q.Size, root, q.Index, leaf)
}

func consistency(q Question) error {
	root, err := hash(q.Root)
	if err != nil {
		return err
	}
	first, err := hash(q.First)
	if err != nil {
		return err
	}
	proof, err := hashes(q.Hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, q.Size, root, q.Old, first)
}

// shelf gives tiles by their paths; the reader that asks checks each of them against the root.
type shelf map[string][]byte

func (s shelf) Height() int { return tileHeight }

func (s shelf) SaveTiles([]tlog.Tile, [][]byte) {}

func (s shelf) ReadTiles(tiles []tlog.Tile) (found [][]byte, err error) {
	for _, tile := range tiles {
		data, known := s[tile.Path()]
		if !known {
			return nil, fmt.Errorf("no tile %s", tile.Path())
		}
		found = append(found, data)
	}
	return found, nil
}

// tiles proves a leaf, and an older size, from tiles alone.
func tiles(q Question) (string, error) {
	root, err := hash(q.Root)
	if err != nil {
		return "", err
	}
	reader := tlog.TileHashReader(tlog.Tree{N: q.Size, Hash: root}, shelf(q.Tiles))
	record, err := tlog.ProveRecord(q.Size, q.Index, reader)
	if err != nil {
		return "", err
	}
	tree, err := tlog.ProveTree(q.Size, q.Old, reader)
	if err != nil {
		return "", err
	}
	said, err := json.Marshal([][]tlog.Hash{record, tree})
	return string(said), err
}

// needed names the tiles of a tree.
func needed(q Question) (string, error) {
	var paths []string
	for _, tile := range tlog.NewTiles(tileHeight, 0, q.Size) {
		paths = append(paths, tile.Path())
	}
	said, err := json.Marshal(paths)
	return string(said), err
}

func answer(q Question) (said string, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
		}
	}()
	switch q.Kind {
	case "note":
		return opened(q)
	case "inclusion":
		return "", inclusion(q)
	case "consistency":
		return "", consistency(q)
	case "tiles":
		return tiles(q)
	case "needed":
		return needed(q)
	}
	return "", fmt.Errorf("no such kind: %q", q.Kind)
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var q Question
		said := ""
		if err = json.Unmarshal(line, &q); err == nil {
			said, err = answer(q)
		}
		if err != nil {
			fmt.Printf("refused: %q\n", err.Error())
		} else {
			fmt.Printf("ok %s\n", said)
		}
	}
}
