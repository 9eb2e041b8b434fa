// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/profile.h"
#include "widgets/bridge/async_task.h"
#include "widgets/models/tables.h"

#include <QWidget>

#include <optional>

class QLabel;
class QTableView;

namespace headrace {

/// What the columns of the source look like: types, nulls, distinct values, range, quantiles, frequent values. Read
/// when it is first looked at, and again when the source changed.
class ProfileView : public QWidget {
    Q_OBJECT

public:
    explicit ProfileView(const Registry& registry, QWidget* parent = nullptr);

    void setSource(const ConnectorSpec& source);
    [[nodiscard]] const ColumnProfileModel& model() const { return *m_model; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void load();
    void showProfile(const Result<Profile>& found);

    const Registry& m_registry;
    ConnectorSpec m_source;
    std::optional<ConnectorSpec> m_shown;
    QLabel* m_note;
    QTableView* m_table;
    ColumnProfileModel* m_model;
    AsyncTask<Result<Profile>> m_task;
};

} // namespace headrace
