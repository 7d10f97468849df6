import Testing

@testable import Lab

@Suite("The range of the lab's network")
struct SubnetTests {
    @Test("A range is read and written, and anything else is not one")
    func parsing() {
        #expect(Subnet("10.77.1.9/22")?.text == "10.77.0.0/22")
        #expect(Subnet("192.0.2.7")?.text == "192.0.2.7/32")
        #expect(Subnet("0.0.0.0/0")?.overlaps(Subnet(base: 1, prefix: 32)) == true)
        for text in ["", "10.77.0/24", "10.77.0.256/24", "10.0.0.0/33", "fd00::/64", "10.0.0.0/8/8", "10.0.0.0/x"] {
            #expect(Subnet(text) == nil, "\(text)")
        }
    }

    @Test("The first range is taken that touches nothing in use")
    func choice() throws {
        let used = try ["10.77.0.0/22", "10.77.5.0/24", "10.77.10.1"].map { try #require(Subnet($0)) }
        #expect(Subnet.firstFree(besides: [])?.text == "10.77.0.0/22")
        #expect(Subnet.firstFree(besides: used)?.text == "10.77.12.0/22")
        let ten = try #require(Subnet("10.0.0.0/8"))
        #expect(Subnet.firstFree(besides: [ten])?.text == "172.29.0.0/22")
        let all = try #require(Subnet("172.16.0.0/12"))
        #expect(Subnet.firstFree(besides: [ten, all]) == nil)
    }

    @Test("Hosts are counted on beyond the last byte")
    func addresses() throws {
        let subnet = try #require(Subnet("10.77.0.0/22"))
        #expect(subnet.address(2) == "10.77.0.2")
        #expect(subnet.address(300) == "10.77.1.44")
    }

    @Test("The kernel's routes are ranges in use; the default route names the way out")
    func routes() {
        let table = RouteTable(
            """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
            eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
            pod1\t00004D0A\t00000000\t0001\t0\t0\t0\t00FCFFFF\t0\t0\t0
            """
        )
        #expect(table.defaultInterface == "eth0")
        #expect(table.subnets.map(\.text) == ["192.0.2.0/24", "10.77.0.0/22"])
    }

    @Test("The inotify limit is raised only where the hosts need it, and never lowered")
    func inotify() {
        #expect(InotifyBudget.raise(from: 128, forHosts: 4) == nil)
        #expect(InotifyBudget.raise(from: 128, forHosts: 11) == 1024)
        #expect(InotifyBudget.raise(from: 1024, forHosts: 200) == 2464)
        #expect(InotifyBudget.raise(from: 8192, forHosts: 200) == nil)
    }
}
