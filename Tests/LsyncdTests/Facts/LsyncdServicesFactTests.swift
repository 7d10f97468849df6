import Foundation
import LockstepTestSupport
import Provisioning
import Testing

@testable import Lsyncd

@Suite("How the services of all lsyncd stand", .timeLimit(.minutes(1)))
struct LsyncdServicesFactTests {
    @Test("What systemd says, with and without a count of restarts; other units are none of Lockstep's")
    func systemd() throws {
        let text = """
            Id=lockstep-lsyncd@docs@edge1.service
            ActiveState=failed
            NRestarts=7

            Id=lockstep-lsyncd@_shared-1.service
            ActiveState=activating

            Id=lsyncd.service
            ActiveState=active
            NRestarts=0

            """
        #expect(
            try LsyncdServicesFact().value(in: ProbeOutput(text: text)) == [
                "docs@edge1": LsyncdService(state: "failed", restarts: 7),
                "_shared-1": LsyncdService(state: "activating"),
            ]
        )
        let silent = ProbeOutput(status: 1, text: "", errorText: "Failed to connect to bus: Host is down\n")
        #expect(throws: PlanError.self) { try LsyncdServicesFact().value(in: silent) }
    }

    @Test(
        "Elsewhere each service is asked for, and its own files tell the rest",
        arguments: ["dash", "bash", "busybox sh"]
    )
    func others(shell: String) async throws {
        try await TemporaryDirectory.with { directory in
            for folder in ["services", "init", "run"] { try await runLocally("mkdir", [directory[folder]]) }
            for name in ["edge1", "docs@edge2"] { try directory.write("copies=\(name)\n", to: "services/\(name)") }
            try directory.write("4", to: "run/lockstep-lsyncd.edge1.restarts")
            try directory.write("#!/bin/sh\n[ \"$1 $2\" = 'status edge1' ]\n", to: "init/lockstep-lsyncd")
            try await runLocally("chmod", ["755", directory["init/lockstep-lsyncd"]])
            let facts = try await MasterAnswers.ask(
                FactSet(LsyncdServicesFact()),
                in: shell,
                moving: [
                    "/run/systemd/system": directory["none"], "/run/openrc": directory["none"],
                    "/etc/lockstep/services/": directory["services"] + "/", "/etc/init.d/": directory["init"] + "/",
                    "/run/lockstep-lsyncd.": directory["run"] + "/lockstep-lsyncd.",
                ]
            )
            #expect(
                try facts.value(of: LsyncdServicesFact()) == [
                    "edge1": LsyncdService(state: "active", restarts: 4),
                    "docs@edge2": LsyncdService(state: "inactive"),
                ]
            )
        }
    }

    @Test("A copy that no lsyncd keeps has one of its own name, which does not run")
    func unkept() throws {
        let state = MasterState(
            keepers: ["_shared-1": ["edge1"]],
            services: ["_shared-1": LsyncdService(state: "active")]
        )
        let services = try CopyServices(state.facts(about: []))
        #expect(services.unit(of: "edge1") == "lockstep-lsyncd@_shared-1.service")
        #expect(services.unit(of: "edge2") == "lockstep-lsyncd@edge2.service")
        #expect(services.service(services.keeper(of: "edge2")).state == "inactive")
    }
}
