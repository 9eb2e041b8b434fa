// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/pipeline/batch_policy.h"

#include <QString>

#include <optional>

namespace headrace {

/// The four gates of a batch, in the order of the page.
enum class Gate { Rows, Bytes, Age, Grid };

/// How one gate's number is written, read and moved. Quantities are rows, bytes or seconds.
struct GateQuantity {
    Gate gate;
    double smallest;
    double largest;

    [[nodiscard]] static GateQuantity of(Gate gate);

    [[nodiscard]] std::optional<double> get(const BatchPolicy& policy) const;
    void set(BatchPolicy& policy, std::optional<double> quantity) const;

    /// "1,000", "4 MiB", "5 s": exact, and parse() reads it back.
    [[nodiscard]] QString format(double quantity) const;
    /// Reads what a user types; blanks and group separators of the locale are allowed.
    [[nodiscard]] Result<double> parse(const QString& text) const;
    /// The round number nearest to a dragged one.
    [[nodiscard]] double snap(double quantity) const;
};

} // namespace headrace
