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
// first.
type cycle struct {
	nodes   []int
	closing Origin
}

// cycles finds a cycle for every edge that leads back on a depth-first walk.
// The graph has none if the result is empty; it need not hold every cycle.
func (g *graph) cycles() []cycle {
	const (
		unseen = iota
		open
		done
	)
	var found []cycle
	state := make([]uint8, g.size)
	type visit struct {
		node int
		rest []edge
	}
	for start := range g.size {
		if state[start] != unseen {
			continue
		}
		state[start] = open
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
				state[next.to] = open
				stack = append(stack, visit{node: next.to, rest: g.edges(next.to)})
			case open:
				c := cycle{closing: next.place}
				for i := len(stack) - 1; i >= 0; i-- {
					c.nodes = append(c.nodes, stack[i].node)
					if stack[i].node == next.to {
						break
					}
				}
				for i, j := 0, len(c.nodes)-1; i < j; i, j = i+1, j-1 {
					c.nodes[i], c.nodes[j] = c.nodes[j], c.nodes[i]
				}
				found = append(found, c)
			}
		}
	}
	return found
}
