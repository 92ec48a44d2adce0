package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.store.file.RecordFolder;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SampleRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file store shared by real processes, some of which are killed. */
class FileStoreProcessesTest {

    private static final Duration KILLING = Duration.ofSeconds(10);
    private static final int FEWEST_KILLS = 4;
    private static final int ACCOUNTS = 3;

    @TempDir
    private Path temporary;

    @Test
    void noWriteOfAProcessOrThreadIsLostAndNoReadReturnsHalfARecord() throws Exception {
        Path folder = temporary.resolve("tokens");
        FileTokenStore store = FileTokenStore.open(folder, "crm");
        TokenKey key = CountingWriter.key(0);
        store.compareAndSet(key, TokenStore.ABSENT, SampleRecords.sparse(key));

        try (ChildProcess one = ChildProcess.start(CountingWriter.class, folder, 1, 100);
                ChildProcess two = ChildProcess.start(CountingWriter.class, folder, 1, 100)) {
            assertThat(one.line()).isPresent();
            assertThat(two.line()).isPresent();
            CompletableFuture.allOf(raising(store, key), raising(store, key), raising(store, key))
                    .get();
            assertThat(one.exitCode()).isZero();
            assertThat(two.exitCode()).isZero();
        }

        assertThat(store.load(key).orElseThrow().generation()).isEqualTo(1 + 2 * 100 + 3 * 40);
    }

    private static CompletableFuture<Void> raising(FileTokenStore store, TokenKey key) {
        return CompletableFuture.runAsync(
                () -> {
                    long seen = 0;
                    for (int i = 0; i < 40; i++) {
                        long raised = CountingWriter.raise(store, key);
                        assertThat(raised).isGreaterThan(seen);
                        seen = raised;
                        assertThat(store.load(key).orElseThrow().generation()).isGreaterThanOrEqualTo(seen);
                    }
                },
                task -> new Thread(task, "raising").start());
    }

    @Test
    @Fault("F11")
    void aProcessKilledAtAnyTimeLeavesTheOldRecordOrTheNewOne() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Path folder = temporary.resolve("tokens");
        FileTokenStore store = FileTokenStore.open(folder, "crm");
        Map<Integer, Long> acknowledged = new HashMap<>();
        for (int account = 0; account < ACCOUNTS; account++) {
            TokenKey key = CountingWriter.key(account);
            store.compareAndSet(key, TokenStore.ABSENT, SampleRecords.sparse(key));
            acknowledged.put(account, 1L);
        }

        long end = System.nanoTime() + KILLING.toNanos();
        int kills = 0;
        while (System.nanoTime() < end || kills < FEWEST_KILLS) {
            writeAndKill(folder, random.nextInt(60), random.nextInt(200_000), acknowledged);
            kills++;
            for (int account = 0; account < ACCOUNTS; account++) {
                long stored =
                        store.load(CountingWriter.key(account)).orElseThrow().generation();
                assertThat(stored)
                        .as("seed %s, kill %s", seed, kills)
                        .isBetween(acknowledged.get(account), acknowledged.get(account) + 1);
                acknowledged.put(account, CountingWriter.raise(store, CountingWriter.key(account)));
            }
        }

        FileTokenStore.open(folder, "crm");
        assertThat(StoredFiles.below(store.folder()))
                .noneMatch(file -> file.getFileName().toString().endsWith(".tmp"));
        assertThat(store.keys()).hasSize(ACCOUNTS);
    }

    /** Lets a process write, kills it some time after one of its writes, and records the writes that it reported. */
    private static void writeAndKill(Path folder, int lines, int spins, Map<Integer, Long> acknowledged)
            throws IOException, InterruptedException {
        try (ChildProcess writer = ChildProcess.start(CountingWriter.class, folder, ACCOUNTS, 1_000_000)) {
            for (int i = 0; i <= lines; i++) {
                recordWrite(writer.line().orElseThrow(), acknowledged);
            }
            for (int i = 0; i < spins; i++) {
                Thread.onSpinWait();
            }
            writer.kill();
            for (Optional<String> rest = writer.line(); rest.isPresent(); rest = writer.line()) {
                recordWrite(rest.get(), acknowledged);
            }
        }
    }

    /** Records a reported write; a line that the kill has truncated is ignored. */
    private static void recordWrite(String line, Map<Integer, Long> acknowledged) {
        String[] words = line.split(" ", -1);
        if (words.length == 2 && !words[1].isEmpty()) {
            acknowledged.merge(Integer.valueOf(words[0]), Long.valueOf(words[1]), Math::max);
        }
    }

    @Test
    void aWriteThatWaitsTooLongForAnotherProcessFailsAndAllOtherCallsContinue() throws Exception {
        Path folder = temporary.resolve("tokens");
        FileTokenStore store = FileTokenStore.open(folder, "crm", Timekeeper.system(), Duration.ofMillis(200));
        TokenKey held = CountingWriter.key(0);
        TokenKey free = freeKey(held);
        TokenRecord record = SampleRecords.full(held);
        store.compareAndSet(held, TokenStore.ABSENT, record);

        try (ChildProcess holder = ChildProcess.start(LockHolder.class, folder, RecordFolder.stripe(held))) {
            assertThat(holder.line()).contains("held");

            assertThatThrownBy(() -> store.compareAndSet(held, record.revision(), SampleRecords.next(record)))
                    .isInstanceOfSatisfying(
                            TokenStoreException.class,
                            e -> assertThat(e.problem()).isEqualTo(Problem.STORE_UNAVAILABLE))
                    .hasMessage(held + ": the record was not written: its lock was not free in time");
            assertThat(store.load(held)).contains(record);
            assertThat(store.compareAndSet(free, TokenStore.ABSENT, SampleRecords.full(free)))
                    .isTrue();

            holder.kill();
            assertThat(store.compareAndSet(held, record.revision(), SampleRecords.next(record)))
                    .isTrue();
        }
    }

    private static TokenKey freeKey(TokenKey held) {
        for (int i = 1; ; i++) {
            if (RecordFolder.stripe(CountingWriter.key(i)) != RecordFolder.stripe(held)) {
                return CountingWriter.key(i);
            }
        }
    }
}
