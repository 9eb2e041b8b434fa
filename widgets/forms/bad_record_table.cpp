// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/bad_record_table.h"

#include "widgets/forms/view_parts.h"
#include "widgets/models/tables.h"

#include <QTableView>

#include <algorithm>

namespace headrace {
namespace {

constexpr int kLineColumn = 1;
constexpr int kWidest = 280; // a long reason leaves room for the record

} // namespace

void fitBadRecords(QTableView* table)
{
    const auto& records = static_cast<const BadRecordModel*>(table->model())->rows();
    table->setColumnHidden(kLineColumn,
                           std::ranges::none_of(records, [](const auto& record) { return record.line > 0; }));
    fitColumns(table, kWidest);
}

} // namespace headrace
