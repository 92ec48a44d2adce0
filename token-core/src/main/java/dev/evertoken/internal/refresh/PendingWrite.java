package dev.evertoken.internal.refresh;

import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.spi.store.TokenRecord;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A response that has not been saved yet: the record to write, the claim under which it was received, and its journal
 * entry if there is one. Thread-safe.
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

    /** Sets whether a fallback of the store keeps a copy. */
    void setKeptAside(boolean kept) {
        keptAside.set(kept);
    }

    /** Returns whether the response survives the end of this process. */
    boolean isDurable() {
        return entry != null || keptAside.get();
    }
}
