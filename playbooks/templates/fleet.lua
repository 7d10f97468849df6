-- Whose copy this is: the word that its inventory gives the fleet, and what that mirrors. Lockstep writes this file;
-- 'up --prune' ends copies of its own fleet only.
return {
    fleet = {{fleet_word}},
    sources = {{fleet_sources[]}},
}
