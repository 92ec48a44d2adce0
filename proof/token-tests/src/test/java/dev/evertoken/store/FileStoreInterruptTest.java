package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SampleRecords;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An interrupt affects only the interrupted thread; the store and all other threads continue. */
class FileStoreInterruptTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");

    @TempDir
    private Path folder;

    private FileTokenStore store;
    private TokenRecord record;

    @BeforeEach
    void storeOneRecord() {
        store = FileTokenStore.open(folder.resolve("tokens"), "crm");
        record = SampleRecords.full(ALICE);
        store.compareAndSet(ALICE, TokenStore.ABSENT, record);
    }

    @AfterEach
    void clearTheInterrupt() {
        Thread.interrupted();
    }

    @Test
    void anInterruptedWriteFailsStaysInterruptedAndWritesNothing() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> store.compareAndSet(ALICE, record.revision(), SampleRecords.next(record)))
                .isInstanceOfSatisfying(
                        TokenStoreException.class, e -> assertThat(e.problem()).isEqualTo(Problem.STORE_UNAVAILABLE))
                .hasMessage("google/alice: the record was not written: interrupted while waiting for its lock");

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        Thread.interrupted();
        assertThat(store.load(ALICE)).contains(record);
        assertThat(store.compareAndSet(ALICE, record.revision(), SampleRecords.next(record)))
                .isTrue();
    }

    @Test
    void anInterruptedReaderReadsAndStaysInterrupted() {
        Thread.currentThread().interrupt();

        assertThat(store.load(ALICE)).contains(record);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void theJournalWritesAResponseEvenOnAnInterruptedThread() {
        Journal journal = Journal.in(folder.resolve("journal"), "crm");
        Thread.currentThread().interrupt();

        try (Journal.Slot slot = journal.reserve(ALICE)) {
            Journal.Entry entry = slot.write("claim-1", record);

            assertThat(journal.entries(ALICE)).containsExactly(entry);
        }
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void interruptsAtAnyTimeLoseNoWriteAndBreakNothing() {
        Thread writer = Thread.currentThread();
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> interrupter = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                writer.interrupt();
                for (int i = 0; i < 20_000; i++) {
                    Thread.onSpinWait();
                }
            }
        });
        CompletableFuture<Long> otherWriter = CompletableFuture.supplyAsync(() -> raise(50, true));

        long written = raise(200, false);
        done.set(true);
        interrupter.join();

        assertThat(otherWriter.join()).isEqualTo(50);
        Thread.interrupted();
        assertThat(store.load(ALICE).orElseThrow().generation())
                .isEqualTo(record.generation() + written + otherWriter.join());
    }

    /** Returns the number of attempts that were written. */
    private long raise(int attempts, boolean untilWritten) {
        long written = 0;
        for (int i = 0; i < attempts; ) {
            try {
                TokenRecord seen = store.load(ALICE).orElseThrow();
                boolean saved = store.compareAndSet(ALICE, seen.revision(), SampleRecords.next(seen));
                written += saved ? 1 : 0;
                i += saved || !untilWritten ? 1 : 0;
            } catch (TokenStoreException e) {
                assertThat(Thread.interrupted())
                        .as("interrupted: %s", e.getMessage())
                        .isTrue();
                i++;
            }
        }
        return written;
    }
}
