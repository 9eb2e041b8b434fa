// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QTableView;

namespace headrace {

/// Widths for what the table's BadRecordModel holds now; lines are left out where no record has one, as in a stream.
void fitBadRecords(QTableView* table);

} // namespace headrace
