package dev.evertoken.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token folder that is opened with another environment, client or key ring than it was written with. */
class CopiedFolderTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final TokenKey BEN = TokenKey.of("google", "ben");

    @TempDir
    private Path folder;

    private SharedHost host;
    private Map<Path, String> files;

    @BeforeEach
    void writeAsProduction() throws IOException {
        host = new SharedHost(folder);
        try (Tokens production = host.here()) {
            host.connectExpired(production, ANNA);
            host.connectExpired(production, BEN);
        }
        files = records();
        assertThat(files).hasSize(2);
    }

    @AfterEach
    void close() throws Exception {
        host.close();
    }

    private Map<Path, String> records() throws IOException {
        try (Stream<Path> all = Files.walk(host.setup.folder())) {
            return all.filter(file -> file.toString().endsWith(".json"))
                    .collect(Collectors.toMap(file -> file, CopiedFolderTest::text));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Requests the tokens of both accounts and asserts that no provider was called and no record was changed. */
    private void assertRefused(Tokens tokens, Problem problem) throws IOException {
        for (TokenKey key : List.of(ANNA, BEN)) {
            TokenException refusal = failure(tokens, key);
            assertThat(refusal.problem()).as(refusal.getMessage()).isEqualTo(problem);
            assertThat(refusal.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
            assertThat(refusal.key()).contains(key);
            assertThat(host.posts(key)).isZero();
            assertThat(tokens.status(key).state()).isNotEqualTo(ConnectionState.NEEDS_REAUTH);
        }
        assertThat(records()).as("the stored records").isEqualTo(files);
    }

    private static TokenException failure(Tokens tokens, TokenKey key) {
        TokenException refusal = catchThrowableOfType(TokenException.class, () -> tokens.accessToken(key));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private Tokens staging() {
        return host.here(builder -> builder.environment("staging"));
    }

    @Test
    @Fault("I6")
    void aCopyInAnotherEnvironmentIsNotRefreshed() throws IOException {
        assertRefused(staging(), Problem.ENVIRONMENT_MISMATCH);
    }

    @Test
    @Fault("I6")
    void anotherEnvironmentNeitherReplacesNorRemovesForeignRecords() throws IOException {
        Tokens staging = staging();
        TokenSet consent = host.providers.rotating().consent("anna");
        TokenException refusal = catchThrowableOfType(TokenException.class, () -> staging.connect(ANNA, consent));
        assertThat(refusal.problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(catchThrowableOfType(TokenException.class, () -> staging.disconnect(ANNA))
                        .problem())
                .isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        try (Stream<AccountStatus> all = staging.statuses()) {
            assertThat(all.map(AccountStatus::problem).distinct().toList())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem).contains(Problem.ENVIRONMENT_MISMATCH));
        }
        assertThat(records()).isEqualTo(files);
    }

    @Test
    @Fault("I7")
    void anotherClientOfTheSameProviderMakesNoRequest() throws IOException {
        assertRefused(host.here(host.setup.ofOtherClients()), Problem.CLIENT_MISMATCH);
    }

    @Test
    @Fault("F9")
    void aRecordWithoutItsKeyIsReportedAsUnreadableAndNotAsMissingOrRevoked() throws IOException {
        KeyRing other = KeyRing.parse(Secret.of(Setup.newRing().replace("k1:", "k2:")));
        assertRefused(host.here(builder -> builder.encryption(other)), Problem.RECORD_UNREADABLE);
    }

    @Test
    @Fault("F9")
    void aRecordIsUnreadableWithAnotherKeyOfTheSameName() throws IOException {
        KeyRing other = KeyRing.parse(Secret.of(Setup.newRing()));
        assertRefused(host.here(builder -> builder.encryption(other)), Problem.RECORD_UNREADABLE);
    }

    @Test
    @Fault("F9")
    void aNewConsentReplacesARecordThatCannotBeDecrypted() {
        KeyRing other = KeyRing.parse(Secret.of(Setup.newRing()));
        Tokens tokens = host.here(builder -> builder.encryption(other));
        host.connectExpired(tokens, ANNA);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(host.posts(ANNA)).isEqualTo(1);
    }

    @Test
    @Fault("I4")
    void theCiphertextOfAnotherAccountCannotBeDecryptedEvenWithItsGrant() throws IOException {
        TokenKey cara = TokenKey.of("acme", "cara");
        host.connectExpired(host.here(), cara);
        Path annas = recordOf(ANNA);
        String foreign = Files.readString(recordOf(cara));
        String tampered = Files.readString(annas);
        for (String member : List.of("\"secrets\":\\{[^}]*}", "\"grant\":\"[^\"]*\"")) {
            tampered = tampered.replaceFirst(member, found(member, foreign));
        }
        Files.writeString(annas, tampered);
        Tokens tokens = host.here();
        TokenException refusal = failure(tokens, ANNA);
        assertThat(refusal.problem()).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(host.posts(ANNA) + host.posts(cara)).isZero();
        assertThat(annas).hasContent(tampered);
    }

    private Path recordOf(TokenKey key) throws IOException {
        return records().keySet().stream()
                .filter(file -> file.toString().endsWith("@" + key.account() + ".json"))
                .findFirst()
                .orElseThrow();
    }

    private static String found(String member, String record) {
        Matcher matcher = Pattern.compile(member).matcher(record);
        assertThat(matcher.find()).as(member).isTrue();
        return Matcher.quoteReplacement(matcher.group());
    }

    @Test
    @Fault("F16")
    void aRecordOfANewerFormatIsRefusedAndNeverOverwritten() throws IOException {
        for (Path file : files.keySet()) {
            String newer = files.get(file).replaceFirst("\"format\":2", "\"format\":3");
            assertThat(newer).isNotEqualTo(files.get(file));
            Files.writeString(file, newer, StandardCharsets.ISO_8859_1);
        }
        files = records();
        Tokens tokens = host.here();
        assertRefused(tokens, Problem.RECORD_TOO_NEW);
        TokenSet consent = host.providers.rotating().consent("anna");
        TokenException refusal = catchThrowableOfType(TokenException.class, () -> tokens.connect(ANNA, consent));
        assertThat(refusal.problem()).isEqualTo(Problem.RECORD_TOO_NEW);
        assertThat(records()).isEqualTo(files);
    }
}
