package dev.evertoken.internal.refresh;

import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.spi.store.TokenRecord;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is to be saved: what it should leave in the store, under which claim it came, and its
 * journal entry where there is one.
 */
final class PendingWrite {

    private final TokenRecord answered;
    private final String claimId;
    private final Journal.@Nullable Entry entry;
    private final AtomicBoolean keptAside = new AtomicBoolean();

    PendingWrite(TokenRecord answered, String claimId, Journal.@Nullable Entry entry) {
        this.answered = answered;
        this.claimId = claimId;
        this.entry = entry;
    }

    static PendingWrite of(Journal.Entry entry) {
        return new PendingWrite(entry.answered(), entry.claimId(), entry);
    }

    TokenRecord answered() {
        return answered;
    }

    String claimId() {
        return claimId;
    }

    Optional<Journal.Entry> entry() {
        return Optional.ofNullable(entry);
    }

    /** Notes that another place than the store and the journal has it. */
    void isKeptAside(boolean kept) {
        keptAside.set(kept);
    }

    /** Tells whether it outlives this process. */
    boolean isDurable() {
        return entry != null || keptAside.get();
    }
}
