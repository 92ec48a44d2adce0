package dev.evertoken.store.tiered;

import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreFact.Topic;
import dev.evertoken.spi.store.StoreInspection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The facts of the tiers of a chain. Stateless. */
final class TierFacts {

    private TierFacts() {}

    /** @param states read after each tier was called, so that a tier that has just failed is down */
    static List<StoreFact> of(List<Tier> tiers, Supplier<List<TierHealth>> states) {
        List<StoreFact> facts = new ArrayList<>();
        for (Tier tier : tiers) {
            try {
                tier.call("inspect", StoreInspection::of).stream()
                        .map(fact -> new StoreFact(
                                fact.topic(), tier.name() + " " + fact.place(), fact.isGood(), fact.sentence()))
                        .forEach(facts::add);
                facts.addAll(listing(tier));
            } catch (TokenStoreException e) {
                facts.add(StoreFact.bad(Topic.PLACE, tier.name(), "it does not respond: " + e.problem()));
            }
        }
        for (TierHealth state : states.get()) {
            if (state.up() && state.behind() > 0) {
                facts.add(StoreFact.bad(
                        Topic.PLACE, state.name(), state.behind() + " copies are older than those of the authority"));
            }
        }
        return facts;
    }

    /** A store that reports nothing is asked for one key, to find out whether it responds. */
    private static List<StoreFact> listing(Tier tier) {
        boolean unused = tier.call("list", store -> {
            try (Stream<?> keys = store.keys()) {
                return keys.findFirst().isPresent();
            }
        });
        return List.of(StoreFact.good(Topic.PLACE, tier.name(), "it responds"));
    }
}
