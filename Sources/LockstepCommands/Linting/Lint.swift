import FleetRunner
import Foundation
import INIFile
import Inventory
import Playbooks
import Provisioning
import SecureShell
import SystemPackage

/// All that can be said of an inventory, the ssh configuration and playbooks without connecting to anybody.
struct Lint {
    private let options: CommonOptions
    private let environment: [String: String]
    private var found: [Finding] = []

    /// What was found, each once, in the order of the files.
    var findings: [Finding] { Array(Set(found)).sorted() }

    /// Reads and checks everything.
    ///
    /// - Parameter playbooks: files beside the built-in playbook.
    /// - Throws: `CommandFailure` where a file cannot be read at all.
    init(_ options: CommonOptions, playbooks: [String], environment: [String: String]) throws {
        self.options = options
        self.environment = environment
        let texts = try playbooks.map(PlaybookText.init(file:))
        let fleet = try checkInventory()
        for text in [PlaybookText.up] + texts { check(text, fleet) }
    }

    /// How many findings there are of a kind.
    func count(_ severity: Finding.Severity) -> Int { findings.count { $0.severity == severity } }

    // MARK: - Inventory

    /// Checks the inventory and the ways to its hosts; the fleet, where there is one.
    private mutating func checkInventory() throws -> LoadedFleet? {
        let inventory: Inventory
        do {
            inventory = try LoadedFleet.inventory(options, environment)
        } catch let errors as InventoryErrors {
            take(errors)
            return nil
        }
        let user = LoadedFleet.localUser(environment)
        var routes: SSHRoutes?
        do throws(ClientConfigurationErrors) {
            routes = try SSHRoutes(inventory, options, localUser: user, environment: environment)
        } catch {
            found += error.errors.map { Finding(.error, $0) }
        }
        checkLimit(inventory)
        checkSecrets(inventory)
        let wayThere = { [routes] (connection: ConnectionSettings) in routes?.reach(connection) }
        do throws(InventoryErrors) {
            let fleet = try Fleet(inventory, localUser: user, wayThere: wayThere)
            found += fleet.warnings.map { Finding(.warning, $0) }
            guard let routes else { return nil }
            found += routes.faults(for: [fleet.master] + fleet.slaves.map(\.host)) + routes.warnings
            return LoadedFleet(fleet, routes: routes, options)
        } catch {
            take(error)
            let warnings = Fleet.warnings(of: inventory, localUser: user, wayThere: wayThere)
            found += warnings.map { Finding(.warning, $0) }
            return nil
        }
    }

    private mutating func take(_ errors: InventoryErrors) {
        found += errors.errors.map { Finding(.error, $0.diagnostic) }
    }

    /// Warns of files with passwords in them that others may read.
    private mutating func checkSecrets(_ inventory: Inventory) {
        let variables = inventory.groups.map(\.ownVariables) + inventory.hosts.map(\.ownVariables)
        let secrets = variables.flatMap { $0.filter { Setting.named($0.key)?.type == .secret }.values.map(\.origin) }
        for (file, places) in Dictionary(grouping: secrets, by: \.file) {
            let attributes = try? FileManager.default.attributesOfItem(atPath: file)
            guard let mode = attributes?[.posixPermissions] as? Int, mode & 0o044 != 0, let first = places.min() else {
                continue
            }
            let message = "a password stands here, and others may read this file"
            let hint = "chmod 600 \(file); better than a password in a file is a key"
            found.append(Finding(.warning, inventory.diagnostic(at: first, message, hint: hint)))
        }
    }

    private mutating func checkLimit(_ inventory: Inventory) {
        guard let limit = options.limit else { return }
        do throws(HostPatternError) {
            _ = try HostPattern(reading: limit).hosts(in: inventory)
        } catch {
            found.append(Finding(.error, "--limit: \(error.description)", hint: error.hint))
        }
    }

    // MARK: - Playbooks

    private mutating func check(_ text: PlaybookText, _ fleet: LoadedFleet?) {
        let playbook: Playbook
        do throws(PlaybookErrors) {
            playbook = try Playbook(parsing: text.text, file: text.file, modules: .all)
        } catch {
            found += error.errors.map(text.finding)
            return
        }
        guard let fleet else { return }
        let outlook = PlaybookOutlook(
            playbook,
            hosts: fleet.hosts(.none),
            syncs: fleet.syncs,
            layout: fleet.layout(),
            templates: text.templates
        )
        found += outlook.faults.map(text.finding)
    }
}
