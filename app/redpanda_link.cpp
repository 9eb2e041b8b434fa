// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/redpanda_link.h"

#include "app/prove/engine_program.h"
#include "app/prove/proof.h"
#include "app/prove/temporary_folder.h"
#include "app/submit/stream_server.h"
#include "connectors/pipeline/settled_source.h"

#include <QCoreApplication>

namespace headrace {
namespace {

Result<std::string> findProgram(const Exporter& exporter, const std::string& chosen)
{
    auto program = prove::engineProgram(chosen);
    if (program || program.error().code != ErrorCode::NotFound || !chosen.empty())
        return program;
    return fail(ErrorCode::NotFound,
                QCoreApplication::translate("RedpandaLink",
                                            "%1 is not installed on this computer: no program called redpanda-connect, "
                                            "rpk or benthos is in PATH. github.com/redpanda-data/connect has it to "
                                            "download; install it there, or choose its program here.")
                    .arg(QString::fromStdString(exporter.label))
                    .toStdString());
}

} // namespace

EngineLink redpandaLink(const Registry& registry)
{
    EngineLink link;
    link.find = findProgram;
    link.prove = [&registry](const Pipeline& pipeline, const Exporter& exporter, const std::string& program,
                             const std::stop_token& stop) -> Result<Proof> {
        HEADRACE_TRY(const std::unique_ptr<prove::TemporaryFolder> folder, prove::TemporaryFolder::create());
        return prove::prove(pipeline, exporter, program, folder->path(), registry, stop);
    };
    link.submit = [&registry](const Pipeline& pipeline, const Exporter& exporter, const std::string& address,
                              const std::stop_token& stop) {
        return submitStream(withSettledSource(pipeline, registry, stop), exporter, address, stop);
    };
    link.defaultAddress = "http://localhost:4195";
    link.serverHint = "rpk connect streams";
    return link;
}

} // namespace headrace
