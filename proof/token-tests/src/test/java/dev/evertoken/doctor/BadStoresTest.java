package dev.evertoken.doctor;

import static dev.evertoken.doctor.DoctorFixture.reports;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.StoreOperation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is empty, foreign, damaged, down, read-only, open to others or huge is diagnosed, not an exception. */
class BadStoresTest {

    private final DoctorFixture fixture = new DoctorFixture();
    private final TokenStore memory = fixture.memory();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void anEmptyStoreNeedsNothingAndIsSaidToBeEmpty() {
        StringBuilder out = new StringBuilder();

        DoctorSummary summary = TokenDoctor.of(fixture.tokens(memory)).examine(DoctorOutput.text(out));

        assertThat(summary.exitCode()).isEqualTo(DoctorSummary.NOTHING_TO_DO);
        assertThat(out).hasToString("""

                        accounts: 0

                        No account was found; check the namespace and the store if there should be some.
                        """);
    }

    @Test
    void aStoreThatIsDownCannotBeLookedAt() {
        FaultyStore store = FaultyStore.over(memory);
        Tokens tokens = fixture.tokens(store);
        fixture.connect(tokens, "google", "anna");
        store.down();

        DoctorSummary summary = TokenDoctor.of(tokens).examine();

        assertThat(summary.exitCode()).isEqualTo(DoctorSummary.COULD_NOT_LOOK);
        assertThat(summary.findings())
                .extracting(Finding::code)
                .containsExactly(FindingCode.STORE_NOT_WRITABLE, FindingCode.STORE_UNAVAILABLE);
    }

    @Test
    void aListThatBreaksOffIsReportedWithTheAccountsBefore() {
        Tokens filling = fixture.tokens(memory);
        TokenKey anna = fixture.connect(filling, "google", "anna");
        Tokens tokens = fixture.tokens(new ForwardingTokenStore(memory) {
            @Override
            public Stream<TokenKey> keys() {
                return Stream.concat(Stream.of(anna), Stream.of(1).map(last -> {
                    throw TokenStoreException.unavailable("the connection was lost", new IOException());
                }));
            }
        });

        DoctorSummary summary = TokenDoctor.of(tokens).examine();

        assertThat(summary.examined()).isEqualTo(1);
        assertThat(summary.exitCode()).isEqualTo(DoctorSummary.COULD_NOT_LOOK);
        assertThat(summary.count(FindingCode.STORE_PARTLY_READ)).isEqualTo(1);
    }

    @Test
    void aDamagedRecordHidesNoOtherAndCanBeCleared() throws IOException {
        FileTokenStore store = FileTokenStore.open(folder.resolve("tokens"), "pool", fixture.clock);
        Tokens tokens = fixture.tokens(store);
        TokenKey anna = fixture.connect(tokens, "google", "anna");
        fixture.connect(tokens, "google", "ben");
        Files.writeString(recordOf(anna), "no record");

        assertThat(reports(TokenDoctor.of(tokens)))
                .extracting(AccountReport::group)
                .containsExactlyInAnyOrder(AccountGroup.UNREADABLE, AccountGroup.VALID);
        AccountReport report = DoctorFixture.report(tokens, anna);
        assertThat(report.revision()).isEqualTo(TokenStore.UNREADABLE);
        assertThat(TokenDoctor.of(tokens).clear(anna, report.revision())).isTrue();
        assertThat(TokenDoctor.of(tokens).examine(anna)).isEmpty();
    }

    private Path recordOf(TokenKey key) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> contains(file, key.account()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains("\"" + text + "\"");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aStoreThatRefusesWritesIsReportedAndStillRead() {
        Tokens filling = fixture.tokens(memory);
        fixture.connect(filling, "google", "anna");
        Tokens tokens = fixture.tokens(new ForwardingTokenStore(memory) {
            @Override
            public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
                throw TokenStoreException.refused("the user may only read", new IOException());
            }
        });

        DoctorSummary summary = TokenDoctor.of(tokens).examine();

        assertThat(summary.examined()).isEqualTo(1);
        assertThat(summary.exitCode()).isEqualTo(DoctorSummary.FINDINGS);
        assertThat(summary.findings())
                .containsExactly(new Finding(
                        FindingCode.STORE_NOT_WRITABLE,
                        "store",
                        "STORE_REFUSED: The token store rejects reads or writes; check its address and permissions."));
    }

    @Test
    void theWriteProbeLeavesNoTraceAndRemovesThatOfAnInterruptedOne() {
        FaultyStore store = FaultyStore.over(memory);
        Tokens tokens = fixture.tokens(store);
        store.next(StoreOperation.REMOVE).failBefore();

        assertThat(TokenDoctor.of(tokens).examine().count(FindingCode.STORE_NOT_WRITABLE))
                .isEqualTo(1);
        assertThat(memory.keys()).containsExactly(TokenOperations.PROBE);
        DoctorSummary summary = TokenDoctor.of(tokens).examine();

        assertThat(summary.exitCode()).isEqualTo(DoctorSummary.NOTHING_TO_DO);
        assertThat(summary.examined()).isZero();
        assertThat(memory.keys()).isEmpty();
    }

    @Test
    void withoutTheProbeNothingIsWritten() {
        FaultyStore store = FaultyStore.over(memory);
        Tokens tokens = fixture.tokens(store);

        DoctorSummary unused = TokenDoctor.of(tokens).writeProbe(false).examine();

        assertThat(store.calls(StoreOperation.COMPARE_AND_SET)).isZero();
    }

    @Test
    void aStoreWithCostlyWritesIsProbedOnlyOnRequest() {
        FaultyStore counted = FaultyStore.over(memory);
        Tokens tokens = fixture.tokens(new ForwardingTokenStore(counted) {
            @Override
            public boolean costlyWrites() {
                return true;
            }
        });

        DoctorSummary unused = TokenDoctor.of(tokens).examine();
        assertThat(counted.calls(StoreOperation.COMPARE_AND_SET)).isZero();
        unused = TokenDoctor.of(tokens).writeProbe(true).examine();
        assertThat(counted.calls(StoreOperation.COMPARE_AND_SET)).isEqualTo(1);
    }

    @Test
    void aFolderThatWasOpenedToOthersIsReported() throws IOException {
        Path open = folder.resolve("tokens");
        Tokens tokens = fixture.tokens(FileTokenStore.open(open, "pool", fixture.clock));
        assertThat(TokenDoctor.of(tokens).examine().findings()).isEmpty();

        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(TokenDoctor.of(tokens).examine().findings())
                .containsExactly(new Finding(
                        FindingCode.STORE_PERMISSIONS,
                        open.toRealPath().toString(),
                        "the folder is accessible to other users; run: chmod 700 " + open.toRealPath()));
    }

    @Test
    void aStoreWithAnotherClockIsReported() {
        fixture.clock.advance(Duration.ofSeconds(40));
        Tokens tokens = fixture.tokens(new ForwardingTokenStore(memory) {
            @Override
            public Optional<Instant> now() {
                return Optional.of(fixture.clock.now().minusSeconds(31));
            }
        });

        assertThat(TokenDoctor.of(tokens).examine().findings())
                .containsExactly(new Finding(FindingCode.STORE_CLOCK, "store", "the store is 31 s behind this host"));
    }

    @Test
    void anUnreadableProbeOfAnotherVersionDoesNotStopTheDiagnosis() {
        Tokens tokens = fixture.tokens(new ForwardingTokenStore(memory) {
            @Override
            public Optional<TokenRecord> load(TokenKey key) {
                throw new UnreadableRecordException(
                        key,
                        UnreadableRecordException.Reason.CORRUPT,
                        "the stored bytes are no record",
                        new IOException());
            }
        });

        assertThat(TokenDoctor.of(tokens).examine().exitCode()).isEqualTo(DoctorSummary.NOTHING_TO_DO);
    }

    /** The long form has 100,000 accounts. Kept reports would need 2 kB each. */
    @Test
    void manyAccountsFitIntoASmallHeap() {
        int accounts = Boolean.getBoolean("evertoken.long") ? 100_000 : 20_000;
        try (ChildJvm child = ChildJvm.of(HugeStoreProgram.class)
                .environment("JAVA_TOOL_OPTIONS", "-Xmx32m")
                .start(Integer.toString(accounts))) {
            assertThat(child.awaitLine("examined "))
                    .startsWith("examined " + accounts + ", progress " + accounts / 1000 + ", written ");
        }
    }
}
