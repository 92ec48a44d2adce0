package dev.evertoken;

import static dev.evertoken.ProvidersFixture.ANNA;
import static dev.evertoken.ProvidersFixture.BEN;
import static dev.evertoken.ProvidersFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that were damaged, swapped, or written by a later version, as seen by the application. */
class BadRecordsTest {

    @TempDir
    private Path folder;

    private final ProvidersFixture providers = new ProvidersFixture();
    private Tokens tokens;
    private Path annaFile;
    private Path benFile;

    @BeforeEach
    void connectTwo() throws IOException {
        try (Tokens before = open()) {
            providers.connectExpired(before, ANNA);
            providers.connectExpired(before, BEN);
        }
        annaFile = recordOf("anna");
        benFile = recordOf("ben");
        tokens = open();
    }

    @AfterEach
    void close() {
        providers.close();
    }

    private Tokens open() {
        return providers.open(providers.builder().store("file:" + folder.resolve("tokens")));
    }

    private Path recordOf(String account) throws IOException {
        return files().stream()
                .filter(file -> file.getFileName().toString().endsWith("@" + account + ".json"))
                .findFirst()
                .orElseThrow();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private void assertUnreadable(Problem problem) throws IOException {
        byte[] stored = Files.readAllBytes(annaFile);
        TokenException refusal = failure(() -> tokens.accessToken(ANNA));
        assertThat(refusal.problem()).as(refusal.getMessage()).isEqualTo(problem);
        assertThat(refusal.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        assertThat(refusal.key()).contains(ANNA);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.UNREADABLE);
        assertThat(providers.providers.rotating().ledger().tokenRequests()).isZero();
        assertThat(annaFile).as("the unchanged file").hasBinaryContent(stored);
        assertThat(tokens.accessToken(BEN).generation())
                .as("the other account is not affected")
                .isEqualTo(2);
        try (Stream<AccountStatus> all = tokens.statuses()) {
            assertThat(all.map(AccountStatus::state))
                    .containsExactlyInAnyOrder(ConnectionState.UNREADABLE, ConnectionState.ACTIVE);
        }
    }

    @Test
    @Fault("F11")
    void aTruncatedRecordIsUnreadableNotMissing() throws IOException {
        byte[] whole = Files.readAllBytes(annaFile);
        Files.write(annaFile, Arrays.copyOf(whole, whole.length / 2));
        assertUnreadable(Problem.RECORD_UNREADABLE);
    }

    @Test
    void anEmptyRecordIsUnreadableNotMissing() throws IOException {
        Files.write(annaFile, new byte[0]);
        assertUnreadable(Problem.RECORD_UNREADABLE);
    }

    @Test
    void aRecordInTheFileOfAnotherAccountIsUnreadable() throws IOException {
        Files.copy(benFile, annaFile, StandardCopyOption.REPLACE_EXISTING);
        assertUnreadable(Problem.RECORD_UNREADABLE);
    }

    @Test
    @Fault("F16")
    void aRecordOfALaterVersionRequiresAnUpgradeAndIsNeitherReplacedNorRemoved() throws IOException {
        writeAsLaterVersion();
        assertUnreadable(Problem.RECORD_TOO_NEW);
        byte[] stored = Files.readAllBytes(annaFile);
        TokenSet consent = providers.providers.rotating().consent("anna");
        assertThat(failure(() -> tokens.connect(ANNA, consent)).problem()).isEqualTo(Problem.RECORD_TOO_NEW);
        assertThat(failure(() -> tokens.disconnect(ANNA)).problem()).isEqualTo(Problem.RECORD_TOO_NEW);
        assertThat(annaFile).hasBinaryContent(stored);
    }

    private void writeAsLaterVersion() throws IOException {
        String newer = Files.readString(annaFile).replaceFirst("\"format\":2", "\"format\":9");
        Files.writeString(annaFile, newer);
    }

    @Test
    void aNewConsentReplacesADamagedRecordAndKeepsACopyOfIt() throws IOException {
        Files.writeString(annaFile, "{\"half\":");
        providers.connectExpired(tokens, ANNA);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(files()).as("the copy of the damaged record").anySatisfy(file -> {
            assertThat(file.getFileName().toString()).contains(".corrupt-");
            assertThat(file).hasContent("{\"half\":");
        });
    }

    @Test
    void aValidTokenIsServedWhileTheRecordIsDamaged() throws IOException {
        TokenSet consent = providers.providers.rotating().consent("anna");
        tokens.connect(ANNA, consent);
        Files.writeString(annaFile, "{\"half\":");
        assertThat(tokens.accessToken(ANNA).value())
                .isEqualTo(consent.accessToken().orElseThrow());
        TokenException refusal = failure(() -> tokens.replace(ANNA, tokens.accessToken(ANNA)));
        assertThat(refusal.problem()).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(providers.providers.rotating().ledger().tokenRequests()).isZero();
    }

    @Test
    void aDamagedRecordCanBeDisconnected() throws IOException {
        Files.writeString(annaFile, "{\"half\":");
        assertThat(tokens.disconnect(ANNA)).isTrue();
        assertThat(failure(() -> tokens.status(ANNA)).problem()).isEqualTo(Problem.NOT_CONNECTED);
    }
}
