// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/preview_loader.h"
#include "widgets/models/tables.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTabWidget;
class QTableView;

namespace headrace {

class DecisionBar;
class PipelineDocument;
class ProfileView;
class RawView;
class RowsView;
class SeekBar;

/// The first rows of the source, what was detected about them, and the records that could not become rows. Nothing is
/// moved by looking.
class PreviewPage : public QWidget {
    Q_OBJECT

public:
    explicit PreviewPage(PipelineDocument& document, QWidget* parent = nullptr);

    [[nodiscard]] const PreviewLoader& loader() const { return m_loader; }
    [[nodiscard]] const RowsView& rows() const { return *m_rows; }
    [[nodiscard]] const DecisionBar& decisions() const { return *m_decisions; }
    [[nodiscard]] SeekBar& seek() { return *m_seek; }

Q_SIGNALS:
    void optionRequested(const QString& key);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void createParts();
    QWidget* createRejected(QWidget* parent);
    void connectParts();
    void request();
    void showLoaded();
    void showFailed(const QString& sentence, const QString& detail);

    PipelineDocument& m_document;
    PreviewLoader m_loader;
    QLabel* m_title = nullptr;
    QPushButton* m_reload = nullptr;
    SeekBar* m_seek = nullptr;
    DecisionBar* m_decisions = nullptr;
    QTabWidget* m_tabs = nullptr;
    RowsView* m_rows = nullptr;
    ProfileView* m_profile = nullptr;
    RawView* m_raw = nullptr;
    QLabel* m_rejectedNote = nullptr;
    QTableView* m_rejected = nullptr;
    BadRecordModel* m_rejectedModel;
};

} // namespace headrace
