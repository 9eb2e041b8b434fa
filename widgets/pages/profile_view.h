// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/profile.h"
#include "widgets/bridge/async_task.h"
#include "widgets/models/tables.h"

#include <QWidget>

#include <optional>

class QLabel;
class QModelIndex;
class QSplitter;
class QTableView;

namespace headrace {

class ColumnDetails;

/// What the columns of the source look like: types, nulls, distinct values and range of all of them, quantiles and
/// frequent values of the chosen one. Read when it is first looked at, and again when the source changed.
class ProfileView : public QWidget {
    Q_OBJECT

public:
    explicit ProfileView(const Registry& registry, QWidget* parent = nullptr);

    void setSource(const ConnectorSpec& source);
    void reload(); ///< at once, or when it is looked at next
    [[nodiscard]] const ColumnProfileModel& model() const { return *m_model; }
    [[nodiscard]] const ColumnDetails& details() const { return *m_details; }
    [[nodiscard]] QTableView& table() { return *m_table; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void load();
    void showDetails(const QModelIndex& index);
    void showProfile(const Result<Profile>& found);

    const Registry& m_registry;
    ConnectorSpec m_source;
    std::optional<ConnectorSpec> m_shown;
    QLabel* m_note;
    QSplitter* m_parts;
    QTableView* m_table;
    ColumnDetails* m_details;
    ColumnProfileModel* m_model;
    std::int64_t m_rows = 0; ///< that the profile looked at
    AsyncTask<Result<Profile>> m_task;
};

} // namespace headrace
