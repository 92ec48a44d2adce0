package dev.evertoken.testing;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;

import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import java.time.Duration;
import java.util.function.Consumer;

/** The program of a child process: it runs the steps of a refresh and writes a line after each. */
final class CrashingProgram {
    private CrashingProgram() {}

    /** Writes its arguments, waits for the signal to go, then claims and saves. */
    public static void main(String[] arguments) {
        TestProcessLink link = TestProcessLink.ofThisProcess();
        link.writeLine("arguments " + String.join(" ", arguments));
        link.ready();
        refresh(CrashPoints.ofThisProcess().around(filled()), link::writeLine);
        link.writeLine("heard " + link.readLine());
    }

    static TokenStore filled() {
        TokenStore store = new InMemoryTokenStore();
        store.compareAndSet(ALICE, TokenStore.ABSENT, SampleRecords.record());
        return store;
    }

    static void refresh(TokenStore store, Consumer<String> output) {
        TokenRecord record = store.load(ALICE).orElseThrow();
        output.accept("loaded");
        TokenRecord claimed = claimed(record);
        store.compareAndSet(ALICE, record.revision(), claimed);
        output.accept("claimed");
        store.compareAndSet(ALICE, claimed.revision(), saved(claimed));
        output.accept("saved");
    }

    static TokenRecord claimed(TokenRecord record) {
        Claim claim = new Claim("claim-1", "host/1", Duration.ofSeconds(40), NOW.plusSeconds(40), Claim.Phase.SENT);
        return record.next().claim(claim).build(43, NOW);
    }

    static TokenRecord saved(TokenRecord claimed) {
        return claimed.next().noClaim().generation(2).build(44, NOW);
    }
}
