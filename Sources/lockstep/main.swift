import LockstepCommands

await Lockstep.run()
