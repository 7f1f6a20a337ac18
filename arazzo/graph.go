package arazzo

// graph is a directed graph of numbered nodes.
type graph struct {
	size  int
	edges func(node int) []edge
}

type edge struct {
	to int
	// place is where the document draws the edge.
	place Origin
}

// cycle is a closed path: the nodes in order, and the edge from the last to the
// first. Of a long one only the first maxShownCycle nodes and the length are
// kept.
type cycle struct {
	nodes   []int
	length  int
	closing Origin
}

const (
	maxShownCycle = 8
	// maxCycles is how many cycles are looked for.
	maxCycles = 50
)

// cycles finds a cycle for every edge that leads back on a depth-first walk, up
// to a bound. The graph has none if the result is empty; it need not hold every
// cycle.
func (g *graph) cycles() []cycle {
	const (
		unseen = iota
		open
		done
	)
	var found []cycle
	state := make([]uint8, g.size)
	// depth is where an open node stands on the stack.
	depth := make([]int, g.size)
	type visit struct {
		node int
		rest []edge
	}
	for start := range g.size {
		if state[start] != unseen {
			continue
		}
		state[start] = open
		depth[start] = 0
		stack := []visit{{node: start, rest: g.edges(start)}}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if len(top.rest) == 0 {
				state[top.node] = done
				stack = stack[:len(stack)-1]
				continue
			}
			next := top.rest[0]
			top.rest = top.rest[1:]
			switch state[next.to] {
			case unseen:
				state[next.to], depth[next.to] = open, len(stack)
				stack = append(stack, visit{node: next.to, rest: g.edges(next.to)})
			case open:
				path := stack[depth[next.to]:]
				c := cycle{closing: next.place, length: len(path)}
				for _, v := range path[:min(len(path), maxShownCycle)] {
					c.nodes = append(c.nodes, v.node)
				}
				found = append(found, c)
				if len(found) == maxCycles {
					return found
				}
			}
		}
	}
	return found
}
