package dev.evertoken.doctor;

import dev.evertoken.model.TokenException;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.store.StoreFact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks the store before its accounts are read. Used by one thread. */
final class StoreChecks {

    /** The longest difference between two clocks that is not reported. */
    static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(30);

    private final TokenOperations operations;

    StoreChecks(TokenOperations operations) {
        this.operations = operations;
    }

    /** @param probe whether to write a record; empty for the default */
    List<Finding> findings(Optional<Boolean> probe) {
        List<Finding> findings = new ArrayList<>();
        facts(findings);
        clock().ifPresent(findings::add);
        if (probe.orElse(!operations.costlyWrites())) {
            write().ifPresent(findings::add);
        }
        return findings;
    }

    private void facts(List<Finding> findings) {
        try {
            operations.storeFacts().stream()
                    .filter(fact -> !fact.isGood())
                    .map(fact -> new Finding(code(fact.topic()), fact.place(), fact.sentence()))
                    .forEach(findings::add);
        } catch (TokenException e) {
            // The list of the accounts fails as well then, and is reported once.
        }
    }

    private static FindingCode code(StoreFact.Topic topic) {
        return switch (topic) {
            case PERMISSIONS -> FindingCode.STORE_PERMISSIONS;
            case EVICTION -> FindingCode.STORE_EVICTION;
            case REPLICAS, PERSISTENCE -> FindingCode.STORE_DURABILITY;
            case PLACE -> FindingCode.STORE_PLACE_DOWN;
        };
    }

    private Optional<Finding> clock() {
        Instant before = operations.now();
        return operations
                .storeTime()
                .map(time -> Duration.between(before, time))
                .filter(offset -> offset.abs().compareTo(CLOCK_TOLERANCE) > 0)
                .map(offset -> new Finding(
                        FindingCode.STORE_CLOCK,
                        "store",
                        "the store is " + offset.abs().toSeconds() + " s "
                                + (offset.isNegative() ? "behind" : "ahead of") + " this host"));
    }

    private Optional<Finding> write() {
        try {
            boolean unused = operations.probeWrites();
            return Optional.empty();
        } catch (TokenException e) {
            return Optional.of(new Finding(
                    FindingCode.STORE_NOT_WRITABLE,
                    "store",
                    e.problem() + ": " + e.problem().advice()));
        }
    }
}
