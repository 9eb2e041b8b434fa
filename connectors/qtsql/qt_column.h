// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/qtsql/qt_target.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>

namespace headrace::qtsql {

/// What a driver says of a column of a result.
struct Column {
    std::string name;
    int type = 0;   ///< QMetaType::Type of its values
    int typeId = 0; ///< the driver's own number of its type
    int length = -1;
    int precision = -1; ///< digits behind the point
    bool isRequired = false;
};

/// How one column is selected and decoded.
struct ReadColumn {
    Column column;
    std::shared_ptr<arrow::Field> field;
    std::string select; ///< what the SELECT takes
};

/// `expression` is the column's quoted name, or what is read in its place and has its type.
[[nodiscard]] ReadColumn readColumn(const Column& column, const std::string& expression, Server server);

/// Whether the values of a column lose what is finer than a millisecond.
[[nodiscard]] bool losesFractions(const ReadColumn& column, Server server);

} // namespace headrace::qtsql
