// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/live_tail.h"
#include "widgets/bridge/preview_loader.h"
#include "widgets/models/tables.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTabWidget;

namespace headrace {

class BadRecordTable;
class DecisionBar;
class FilterBar;
class PipelineDocument;
class ProfileView;
class RawView;
class RowsView;
class SeekBar;
class StreamView;

/// The first rows of the source, what was detected about them, and the records that could not become rows. Nothing is
/// moved by looking.
class PreviewPage : public QWidget {
    Q_OBJECT

public:
    /// `stateFolder` tells up to where a stream was delivered; "" for none.
    explicit PreviewPage(PipelineDocument& document, const QString& stateFolder = {}, QWidget* parent = nullptr);

    [[nodiscard]] const PreviewLoader& loader() const { return m_loader; }
    [[nodiscard]] const LiveTail& tail() const { return m_tail; }
    [[nodiscard]] QString title() const;
    [[nodiscard]] const RowsView& rows() const { return *m_rows; }
    [[nodiscard]] const DecisionBar& decisions() const { return *m_decisions; }
    [[nodiscard]] SeekBar& seek() { return *m_seek; }
    [[nodiscard]] FilterBar& filter() { return *m_filter; }
    [[nodiscard]] StreamView& stream() { return *m_stream; }

Q_SIGNALS:
    void optionRequested(const QString& key);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void createParts(const QString& stateFolder);
    void connectParts();
    void request();
    void follow(const ConnectorSpec& source, const std::string& filterSql);
    void stopTail();
    void reload();
    void showNothing();
    [[nodiscard]] QString foundText(const PreviewResult& result) const;
    [[nodiscard]] QString emptyText(const PreviewResult& result) const;
    void showLoaded();
    void showTail();
    void showTailEnded(const QString& sentence, const QString& detail);
    void showRejected(const std::vector<BadRecord>& rejected);
    void showFailed(const QString& sentence, const QString& detail);

    PipelineDocument& m_document;
    PreviewLoader m_loader;
    LiveTail m_tail;
    std::pair<ConnectorSpec, std::string> m_followed;
    QLabel* m_title = nullptr;
    QPushButton* m_reload = nullptr;
    SeekBar* m_seek = nullptr;
    FilterBar* m_filter = nullptr;
    DecisionBar* m_decisions = nullptr;
    QTabWidget* m_tabs = nullptr;
    RowsView* m_rows = nullptr;
    ProfileView* m_profile = nullptr;
    RawView* m_raw = nullptr;
    StreamView* m_stream = nullptr;
    BadRecordTable* m_rejected = nullptr;
};

} // namespace headrace
