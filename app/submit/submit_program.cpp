// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/submit/submit_program.h"

#include "app/command_line/console.h"
#include "app/redpanda_link.h"
#include "app/secret_store.h"
#include "connectors/builtins.h"
#include "connectors/pipeline/connection_file.h"
#include "connectors/pipeline/pipeline_yaml.h"

#include <QCoreApplication>

#include <thread>

namespace headrace {
namespace {

using cli::ExitCode;

/// `work` beside the event loop, by which the keyring answers.
int runBeside(QCoreApplication& application, const std::function<Result<std::string>()>& work)
{
    Result<std::string> answer;
    std::jthread worker([&] {
        answer = work();
        QMetaObject::invokeMethod(&application, &QCoreApplication::quit, Qt::QueuedConnection);
    });
    QCoreApplication::exec();
    worker.join();
    if (!answer)
        return static_cast<int>(cli::report(answer.error()));
    cli::print(*answer);
    return static_cast<int>(ExitCode::Done);
}

} // namespace

int submitFromTerminal(int& argc, char** argv, const std::string& file, const std::string& target,
                       const std::string& address)
{
    QCoreApplication application(argc, argv);
    const Registry registry = builtinConnectors();
    setSecretLookup(secret_store::lookup());
    setConnectionLookup(connectionsIn(defaultConnectionsFile()));
    return runBeside(application, [&]() -> Result<std::string> {
        HEADRACE_TRY(const Exporter* exporter, findExporter(target));
        HEADRACE_TRY(const Pipeline pipeline, loadPipeline(file, registry));
        const EngineLink engine = redpandaLink(registry);
        HEADRACE_TRY(const std::string answer,
                     engine.submit(pipeline, *exporter, address.empty() ? engine.defaultAddress : address, {}));
        return answer + "\n";
    });
}

int printSecret(int& argc, char** argv, const std::string& name)
{
    QCoreApplication application(argc, argv);
    return runBeside(application, [&name] { return secret_store::lookup()(name); });
}

} // namespace headrace
