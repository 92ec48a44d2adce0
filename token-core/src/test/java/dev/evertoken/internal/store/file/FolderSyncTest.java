package dev.evertoken.internal.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that change one directory at the same time share the operations that force it to disk. */
@Timeout(60)
class FolderSyncTest {

    private static final Path FOLDER = Path.of("records", "0b");
    private static final int OTHERS = 7;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicInteger forced = new AtomicInteger();
    private final AtomicInteger operations = new AtomicInteger();
    private final CountDownLatch firstBegan = new CountDownLatch(1);
    private final CountDownLatch firstMayEnd = new CountDownLatch(1);

    @AfterEach
    void stopTheThreads() {
        threads.shutdownNow();
    }

    /** Forces what was changed until it begins; the first operation takes until it may end. */
    private void force(Path folder) throws IOException {
        int seen = changes.get();
        if (operations.incrementAndGet() == 1) {
            firstBegan.countDown();
            await(firstMayEnd);
        }
        forced.accumulateAndGet(seen, Math::max);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    @Fault("P2")
    void changesThatAreMadeDuringAnOperationShareTheNextOneAndNoneReturnsEarlier() throws Exception {
        FolderSync sync = new FolderSync(this::force);
        Future<Boolean> first = threads.submit(() -> changeIsForced(sync));
        await(firstBegan);
        List<FutureTask<Boolean>> others = Stream.generate(() -> new FutureTask<>(() -> changeIsForced(sync)))
                .limit(OTHERS)
                .toList();
        for (FutureTask<Boolean> other : others) {
            Thread thread = new Thread(other);
            thread.start();
            while (thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
        firstMayEnd.countDown();

        assertThat(first.get()).as("the first change is on disk").isTrue();
        for (Future<Boolean> other : others) {
            assertThat(other.get()).as("a later change is on disk").isTrue();
        }
        assertThat(operations).hasValue(2);
    }

    /** Makes a change, and returns whether it is on disk after it was forced there. */
    private boolean changeIsForced(FolderSync sync) throws IOException {
        int mine = changes.incrementAndGet();
        sync.sync(FOLDER);
        return forced.get() >= mine;
    }

    @Test
    void aFailureIsThatOfEveryThreadThatWaitedForTheOperationAndOfNoLaterOne() throws IOException {
        FolderSync sync = new FolderSync(folder -> {
            if (operations.incrementAndGet() == 1) {
                throw new IOException("the disk is gone");
            }
        });

        assertThatThrownBy(() -> sync.sync(FOLDER))
                .isInstanceOf(IOException.class)
                .hasMessage("the disk is gone");
        sync.sync(FOLDER);

        assertThat(operations).hasValue(2);
    }

    @Test
    void foldersDoNotWaitForEachOther() throws Exception {
        FolderSync sync = new FolderSync(folder -> {
            if (folder.equals(FOLDER)) {
                force(folder);
            }
        });
        Future<Boolean> first = threads.submit(() -> {
            sync.sync(FOLDER);
            return true;
        });
        await(firstBegan);

        sync.sync(Path.of("records", "0c"));

        assertThat(first).isNotDone();
        firstMayEnd.countDown();
        assertThat(first.get()).isTrue();
    }
}
