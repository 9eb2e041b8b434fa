// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QComboBox;
class QFrame;
class QLabel;
class QLayout;
class QPushButton;
class QTableView;
class QVariant;
class QWidget;

namespace headrace {

// Small pieces that every page is made of; their looks are in resources/styles/headrace.qss.

/// `role`: "title", "muted", "figure", "error", "good", "warning".
[[nodiscard]] QLabel* createLabel(const QString& text, const char* role, QWidget* parent);
/// A label that wraps, for sentences.
[[nodiscard]] QLabel* createSentence(const QString& text, const char* role, QWidget* parent);
/// Changes the role of a label that already exists.
void setRole(QLabel* label, const char* role);
/// A bordered box on the page.
[[nodiscard]] QFrame* createPanel(QWidget* parent);
/// A thin horizontal line.
[[nodiscard]] QFrame* createRule(QWidget* parent);
/// `kind`: "", "primary" or "link".
[[nodiscard]] QPushButton* createButton(const QString& text, const char* kind, QWidget* parent);
/// Looks shared by all tables: no frame, calm grid, one row per item; what is chosen can be copied, as `role` has it.
void setUpTable(QTableView* table, int role = Qt::DisplayRole);
/// Makes all columns but the last, which takes the rest, as wide as their contents, none wider than `widest` pixels.
void fitColumns(QTableView* table, int widest = 480);
/// The same for numbers that change: a column that became wider stays so, so that nothing jumps.
void growColumns(QTableView* table);
/// Keeps a box that holds choices at least as wide as the text of the one that it shows.
void fitChoice(QComboBox* box);
/// What takes `pixels` in a font of the usual size, in the font of the widget: widths that hold a text follow it.
[[nodiscard]] int inFont(const QWidget& widget, int pixels);
/// Sets a dynamic property that the style sheet looks at, and repolishes.
void setStyleProperty(QWidget* widget, const char* name, const QVariant& value);

} // namespace headrace
