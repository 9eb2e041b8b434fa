// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;

namespace headrace {

class ConnectionBook;

/// Which saved connection an end of the pipeline uses, or none, and what it holds.
class ConnectionBar : public QWidget {
    Q_OBJECT

public:
    explicit ConnectionBar(const ConnectionBook& book, QWidget* parent = nullptr);

    /// Offers the connections of `type`; `current` is in use, "" for none.
    void show(const std::string& type, const std::string& current);
    [[nodiscard]] QComboBox& choice() { return *m_choice; }
    [[nodiscard]] QString summary() const;

Q_SIGNALS:
    void chosen(const QString& name); ///< "" for none
    void saveRequested();             ///< what is set up here is to become a saved connection
    void editRequested(const QString& name);

private:
    const ConnectionBook& m_book;
    QComboBox* m_choice;
    QPushButton* m_edit;
    QLabel* m_summary;
};

/// "db.example.org · shop · reader": what tells one connection from another, without secrets.
[[nodiscard]] QString connectionText(const SavedConnection& connection);

} // namespace headrace
