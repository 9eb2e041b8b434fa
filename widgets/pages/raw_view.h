// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/async_task.h"
#include "widgets/bridge/raw_head.h"

#include <QWidget>

#include <optional>

class QLabel;
class QPlainTextEdit;

namespace headrace {

/// The first bytes of the source's file. Read when it is first looked at, and again when the source changed.
class RawView : public QWidget {
    Q_OBJECT

public:
    explicit RawView(QWidget* parent = nullptr);

    void setSource(const ConnectorSpec& source);
    void reload();
    [[nodiscard]] QString text() const;

protected:
    void showEvent(QShowEvent* event) override;

private:
    void load();
    void showHead(const Result<RawHead>& head);

    ConnectorSpec m_source;
    std::optional<ConnectorSpec> m_shown;
    QLabel* m_note;
    QPlainTextEdit* m_text;
    AsyncTask<Result<RawHead>> m_task;
};

} // namespace headrace
