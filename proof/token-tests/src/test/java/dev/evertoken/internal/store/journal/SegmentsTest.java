package dev.evertoken.internal.store.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.store.file.AgedCopies;
import dev.evertoken.internal.store.file.PrivateFiles;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.store.StoredFiles;
import dev.evertoken.testing.SampleRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The segments of a process on a disk that is observed, held and broken. */
class SegmentsTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");

    @TempDir
    private Path folder;

    private final AtomicInteger forces = new AtomicInteger();
    private final AtomicInteger number = new AtomicInteger();
    private SegmentFile.Force disk = FileChannel::force;
    private Segments segments;
    private SetAside aside;
    private Path files;

    @BeforeEach
    void open() throws IOException {
        JournalOwner owner =
                JournalOwner.in(PrivateFiles.createFolder(folder.toRealPath().resolve("owners")));
        files = PrivateFiles.createFolder(folder.toRealPath().resolve("segments"));
        segments = new Segments(files, owner, (open, withAttributes) -> disk.apply(open, withAttributes));
        aside = new SetAside(
                new EntryFolder(PrivateFiles.createFolder(folder.resolve("parked"))),
                new EntryFolder(PrivateFiles.createFolder(folder.resolve("torn"))),
                new AgedCopies(Timekeeper.system(), List.of()));
    }

    @Test
    @Fault("B2")
    void responsesThatAreWrittenDuringAForceShareTheNextOne() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        List<Journal.Slot> slots = reserved(8);
        disk = (open, withAttributes) -> {
            if (forces.incrementAndGet() == 1) {
                began.countDown();
                await(mayEnd);
            }
            open.force(withAttributes);
        };
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> write(slots.get(0)));
        began.await();
        AtomicInteger next = new AtomicInteger();
        List<CompletableFuture<String>> others =
                JoinedOperationTest.waiting(7, () -> write(slots.get(next.incrementAndGet())));

        assertThat(others).as("not on disk yet").noneMatch(CompletableFuture::isDone);
        mayEnd.countDown();

        assertThat(first.get()).isNotEmpty();
        CompletableFuture.allOf(others.toArray(CompletableFuture[]::new)).join();
        assertThat(forces).as("for 8 responses").hasValue(2);
        assertThat(ids()).hasSize(8);
    }

    @Test
    @Fault("B2")
    void aResponseIsOnDiskWhenItsWriterContinues() {
        Set<String> onDisk = ConcurrentHashMap.newKeySet();
        disk = (open, withAttributes) -> {
            List<String> before = idsIn(open);
            open.force(withAttributes);
            onDisk.addAll(before);
        };

        List<CompletableFuture<Boolean>> written = IntStream.range(0, 4)
                .mapToObj(thread -> CompletableFuture.supplyAsync(
                        () -> IntStream.range(0, 10).allMatch(i -> onDisk.contains(write(reserve())))))
                .toList();

        assertThat(written).allSatisfy(all -> assertThat(all.join()).isTrue());
    }

    @Test
    void aResponseThatCannotBeForcedIsWrittenToANewSegment() throws IOException {
        Journal.Slot slot = reserve();
        disk = (open, withAttributes) -> {
            if (forces.incrementAndGet() == 1) {
                throw new IOException("Input/output error");
            }
            open.force(withAttributes);
        };

        String id = write(slot);

        assertThat(ids()).containsExactly(id);
        assertThat(StoredFiles.below(files)).as("the broken one is deleted").hasSize(1);
    }

    @Test
    @Fault("B17")
    void aFullDiskIsReportedBeforeAResponseIsRequested() throws IOException {
        disk = (open, withAttributes) -> {
            throw new FileSystemException("1.log", null, "No space left on device");
        };

        assertThatThrownBy(this::reserve).isInstanceOfSatisfying(TokenException.class, e -> {
            assertThat(e.problem()).isEqualTo(Problem.JOURNAL_FULL);
            assertThat(e.key()).contains(ALICE);
        });
        assertThat(StoredFiles.below(files)).isEmpty();

        disk = FileChannel::force;
        assertThat(write(reserve())).isNotEmpty();
    }

    @Test
    @Fault("B17")
    void aReservedResponseNeedsNoMoreSpaceThanIsAllocated() throws IOException {
        List<Journal.Slot> slots = reserved(70);
        long allocated = size();

        slots.forEach(this::write);

        assertThat(size()).isEqualTo(allocated);
        assertThat(ids()).hasSize(70);
    }

    @Test
    void aFullSegmentIsDeletedWhenItsLastEntryIsSettled() throws IOException {
        List<String> written = IntStream.range(0, 5).mapToObj(i -> writeLarge()).toList();
        Path oldest = StoredFiles.below(files).get(0);
        assertThat(StoredFiles.below(files)).hasSizeGreaterThan(1);

        for (String id : written) {
            assertThat(oldest.toFile().exists() || !id.equals(written.get(0))).isTrue();
            assertThat(segments.settle(id, aside)).isTrue();
        }

        assertThat(StoredFiles.below(files)).as("that to which is appended").hasSize(1);
        segments.close();
        assertThat(StoredFiles.below(files)).isEmpty();
        assertThat(write(reserve())).as("closed until it is used again").isNotEmpty();
    }

    @Test
    void entriesThatCannotBeSettledDoNotKeepManyFiles() throws IOException {
        disk = (open, withAttributes) -> {}; // which takes most of the time
        List<String> stuck = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            stuck.add(write(reserve()));
            for (int large = 0; large < 4; large++) {
                assertThat(segments.settle(writeLarge(), aside)).isTrue();
            }
        }

        assertThat(StoredFiles.below(files)).hasSizeLessThanOrEqualTo(9);
        assertThat(ids()).containsExactlyInAnyOrderElementsOf(stuck);
        for (String id : stuck) {
            assertThat(segments.settle(id, aside)).isTrue();
        }
        segments.close();
        assertThat(StoredFiles.below(files)).isEmpty();
    }

    @Test
    void interruptsLoseNoResponseAndHarmNoOtherWriter() {
        Thread interrupted = Thread.currentThread();
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> interrupter = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                interrupted.interrupt();
                for (int i = 0; i < 5_000; i++) {
                    Thread.onSpinWait();
                }
            }
        });
        CompletableFuture<List<String>> other = CompletableFuture.supplyAsync(
                () -> IntStream.range(0, 30).mapToObj(i -> write(reserve())).toList());

        List<String> written = new ArrayList<>(
                IntStream.range(0, 30).mapToObj(i -> write(reserve())).toList());
        done.set(true);
        interrupter.join();
        written.addAll(other.join());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(ids()).containsExactlyInAnyOrderElementsOf(written);
    }

    private List<Journal.Slot> reserved(int count) {
        return IntStream.range(0, count).mapToObj(i -> reserve()).toList();
    }

    private Journal.Slot reserve() {
        String id = EntryNames.keyDigits(ALICE) + "-0123456789abcdef-" + nextNumber();
        return SegmentSlot.reserve(ALICE, id, segments.own());
    }

    private String nextNumber() {
        return Integer.toHexString(number.incrementAndGet());
    }

    private String write(Journal.Slot slot) {
        return slot.write("claim-1", SampleRecords.sparse(ALICE)).id();
    }

    private String writeLarge() {
        return reserve()
                .write("claim-1", SampleRecords.nextWithSecrets(SampleRecords.full(ALICE), 200_000))
                .id();
    }

    private List<String> ids() {
        try {
            return segments.texts("").stream().map(SegmentText::id).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private long size() throws IOException {
        return StoredFiles.below(files).stream()
                .mapToLong(file -> file.toFile().length())
                .sum();
    }

    private static List<String> idsIn(FileChannel open) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) open.size());
        int read = 0;
        while (bytes.hasRemaining() && read >= 0) {
            read = open.read(bytes, bytes.position());
        }
        return SegmentScan.of(bytes.array(), SegmentScan.START.length).frames().stream()
                .filter(found -> found.frame().text(bytes.array(), found.at()).isPresent())
                .map(found -> found.frame().id())
                .toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
