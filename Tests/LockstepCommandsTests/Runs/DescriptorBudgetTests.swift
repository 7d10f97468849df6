import SecureShell
import Testing

@testable import LockstepCommands

@Suite("Open files")
struct DescriptorBudgetTests {
    @Test(
        "So many hosts are worked on at a time as files may be open",
        arguments: [
            // limit, wanted, hosts, places
            (1024, 64, 1000, 64),
            (64, 64, 1000, 21),
            (64, 64, 10, 64),
            (64, 64, 21, 64),
            (64, 64, 22, 21),
            (64, 8, 1000, 8),
            (24, 64, 1000, 1),
            (10, 64, 1000, 1),
        ]
    )
    func places(limit: Int, wanted: Int, hosts: Int, places: Int) {
        #expect(DescriptorBudget(limit: limit, reserve: 22).places(wanted: wanted, hosts: hosts) == places)
    }

    @Test(
        "Connections that stay open leave less room for new ones",
        arguments: [
            // limit, hosts, holds them all, places
            (1024, 900, true, 64),
            (1024, 960, true, 42),
            (1024, 1001, true, 1),
            (1024, 1002, false, 1),
        ]
    )
    func kept(limit: Int, hosts: Int, holds: Bool, places: Int) {
        let budget = DescriptorBudget(limit: limit, reserve: 22)
        #expect(budget.holds(hosts) == holds)
        #expect(budget.places(wanted: 64, hosts: hosts, kept: hosts) == places)
    }

    @Test("Hosts behind a jump host need no connection of this machine's own but one to that")
    func sockets() {
        let bastion = SSHDestination(name: "bastion", address: "bastion", user: "me")
        let other = SSHDestination(name: "other", address: "other", user: "me")
        let behind = (1...2000).map { number in
            SSHDestination(name: "edge\(number)", address: "edge\(number)", user: "me", jumps: [bastion])
        }
        let farther = SSHDestination(name: "far", address: "far", user: "me", jumps: [bastion, other])
        let direct = SSHDestination(name: "hub", address: "hub", user: "me")
        #expect(LoadedFleet.sockets(to: behind + [farther]) == 1)
        #expect(LoadedFleet.sockets(to: [direct, other] + behind) == 3)
        #expect(DescriptorBudget(limit: 1024, reserve: 22).holds(LoadedFleet.sockets(to: [direct] + behind)))
    }

    @Test("A narrower window is told of, one that is wide enough is not")
    func note() {
        let budget = DescriptorBudget(limit: 64, reserve: 22)
        #expect(
            budget.note(places: 21, wanted: 64, hosts: 100)
                == "only 64 files may be open (ulimit -n): 21 hosts are worked on at a time, not 64"
        )
        #expect(budget.note(places: 64, wanted: 64, hosts: 100) == nil)
        #expect(budget.note(places: 21, wanted: 64, hosts: 21) == nil)
        #expect(budget.note(places: 1, wanted: 64, hosts: 2)?.contains("1 host is worked") == true)
    }

    @Test("The limit is that of this process, as high as it goes")
    func raised() {
        #expect(DescriptorBudget.raised().limit >= 64)
        #expect(DescriptorBudget.raised() == DescriptorBudget.raised())
    }
}
