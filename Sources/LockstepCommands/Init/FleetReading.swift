import Inventory

/// Makes the fleet of an inventory, and knows what else there is to know: who runs Lockstep, what ssh's configuration says.
typealias FleetReading = @Sendable (Inventory) throws(InventoryErrors) -> Fleet
