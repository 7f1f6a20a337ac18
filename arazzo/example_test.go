package arazzo_test

import (
	"context"
	"fmt"
	"os"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

func ExampleLoader() {
	loader := arazzo.Loader{}
	bundle, problems := loader.Load(context.Background(), "testdata/invalid/unknown-operation.yaml")
	problems.Add(arazzo.Check(bundle, arazzo.CheckOptions{})...)
	problems.Sort()
	if err := diag.WriteText(os.Stdout, problems, bundle.Text, false); err != nil {
		fmt.Println(err)
	}
	// Output:
	// testdata/invalid/unknown-operation.yaml:13:22: error: source "pets" has no operation "listPet" (unknown-operation)
	//    13 |         operationId: listPet
	//       |                      ^^^^^^^
	//   hint: did you mean "listPets"?
}
