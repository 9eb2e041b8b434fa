// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The engine inside Redpanda Connect with its core, file and HTTP components, so that exported pipelines run for real.
// The components of Redpanda Connect's own module (sql_*, parquet_*, kafka, aws_*) are not in it.
package main

import (
	"context"

	"github.com/redpanda-data/benthos/v4/public/service"

	_ "github.com/redpanda-data/benthos/v4/public/components/io"
	_ "github.com/redpanda-data/benthos/v4/public/components/pure"
	_ "github.com/redpanda-data/benthos/v4/public/components/pure/extended"
)

func main() {
	service.RunCLI(context.Background())
}
