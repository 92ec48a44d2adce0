package dev.evertoken.imports;

import static dev.evertoken.imports.TokenFileFormat.GOOGLE_AUTHORIZED_USER;
import static dev.evertoken.imports.TokenFileFormat.GOOGLE_TOKEN_JSON;
import static dev.evertoken.imports.TokenFileFormat.RCLONE_CONFIG;
import static dev.evertoken.imports.TokenFileFormat.RCLONE_TOKEN;
import static dev.evertoken.imports.TokenFileFormat.STRAVALIB;
import static dev.evertoken.imports.TokenFiles.assertRefused;
import static dev.evertoken.imports.TokenFiles.open;
import static dev.evertoken.imports.TokenFiles.read;
import static dev.evertoken.imports.TokenFiles.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Token files of other libraries, as these write them. */
class TokenFileFormatTest {

    @Test
    @Fault("N5")
    void theDefaultCredentialsOfGoogleHaveAClientAndARefreshTokenAlone() throws IOException {
        ImportedAccount account = only(GOOGLE_AUTHORIZED_USER.read(open("application_default_credentials.json")));

        assertThat(account.tokens()).isEqualTo(TokenSet.ofRefreshToken("1//0evertoken-test-refresh-of-adc"));
        assertThat(account.clientId()).hasValue("764086051850-evertokentest.apps.googleusercontent.com");
        assertThat(account.clientSecret()).hasValue(Secret.of("d-FL95evertoken-test-client"));
        assertThat(account.user()).isEmpty();
        assertThat(account.name()).isEmpty();
    }

    @Test
    @Fault("N5")
    void theTokenJsonOfThePythonQuickstartHasBothTokensAndTheUser() throws IOException {
        ImportedAccount account = only(GOOGLE_TOKEN_JSON.read(open("token.json")));

        assertThat(account.tokens())
                .isEqualTo(TokenSet.builder("ya29.evertoken-test-access-of-anna")
                        .refreshToken("1//0evertoken-test-refresh-of-anna")
                        .expiresAt(Instant.parse("2026-01-02T15:04:05.123456Z"))
                        .scopes("https://www.googleapis.com/auth/gmail.readonly", "openid")
                        .build());
        assertThat(account.user()).hasValue("anna@example.org");
        assertThat(account.clientId()).hasValue("4711-evertokentest.apps.googleusercontent.com");
        assertThat(account.clientSecret()).hasValue(Secret.of("GOCSPX-evertoken-test-client"));
    }

    @Test
    @Fault("N5")
    void theTokenJsonOfTheNodeQuickstartHasMilliseconds() throws IOException {
        TokenSet tokens =
                only(GOOGLE_TOKEN_JSON.read(open("token-of-node.json"))).tokens();

        assertThat(tokens.expiresAt()).hasValue(Instant.parse("2026-01-02T15:04:05.123Z"));
        assertThat(tokens.accessToken()).hasValue(Secret.of("ya29.evertoken-test-access-of-node"));
        assertThat(tokens.scopes()).containsExactly("https://www.googleapis.com/auth/drive.metadata.readonly");
    }

    @Test
    @Fault("N5")
    void aTimeWithoutAZoneIsInUtc() throws IOException {
        String local = text("token.json").replace("05.123456Z", "05.123456");

        assertThat(read(GOOGLE_TOKEN_JSON, local).tokens().expiresAt())
                .hasValue(Instant.parse("2026-01-02T15:04:05.123456Z"));
    }

    @Test
    @Fault("N5")
    void anAccessTokenOfUnknownAgeIsLeftOutIfThereIsARefreshToken() throws IOException {
        String undated = text("token.json").replaceAll(", \"expiry\": \"[^\"]*\"", "");
        String absent = text("token.json").replaceAll("\"token\": \"[^\"]*\"", "\"token\": null");

        for (String file : List.of(undated, absent)) {
            TokenSet tokens = read(GOOGLE_TOKEN_JSON, file).tokens();
            assertThat(tokens.accessToken()).isEmpty();
            assertThat(tokens.expiresAt()).isEmpty();
            assertThat(tokens.refreshToken()).hasValue(Secret.of("1//0evertoken-test-refresh-of-anna"));
        }
        assertThat(read(STRAVALIB, "{\"access_token\":\"evertoken-test-access\"}")
                        .tokens())
                .isEqualTo(TokenSet.builder("evertoken-test-access").build());
    }

    @Test
    @Fault("N5")
    void theRemotesOfAnRcloneConfigAreReadByName() throws IOException {
        List<ImportedAccount> remotes = RCLONE_CONFIG.read(open("rclone.conf"));

        assertThat(remotes)
                .extracting(ImportedAccount::name)
                .extracting(Optional::orElseThrow)
                .containsExactly("photos", "box of ben");
        ImportedAccount photos = remotes.get(0);
        assertThat(photos.tokens().accessToken()).hasValue(Secret.of("ya29.evertoken-test-access-of-photos"));
        assertThat(photos.tokens().refreshToken()).hasValue(Secret.of("1//0evertoken-test-refresh-of-photos"));
        assertThat(photos.tokens().expiresAt()).hasValue(Instant.parse("2026-01-02T14:04:05.999999999Z"));
        assertThat(photos.clientId()).hasValue("4711-evertokentest.apps.googleusercontent.com");
        ImportedAccount ben = remotes.get(1);
        assertThat(ben.tokens().neverExpires()).isTrue();
        assertThat(ben.tokens().tokenType()).isEqualTo("bearer");
        assertThat(ben.clientId()).isEmpty();
    }

    @Test
    @Fault("N5")
    void theTokenOfRcloneIsReadAlone() throws IOException {
        String token = "{\"access_token\":\"evertoken-test-access\",\"token_type\":\"Bearer\",\"refresh_token\":"
                + "\"evertoken-test-refresh\",\"expiry\":\"EXPIRY\"}";

        assertThat(read(RCLONE_TOKEN, token.replace("EXPIRY", "2026-01-02T15:04:05+01:00"))
                        .tokens()
                        .expiresAt())
                .hasValue(Instant.parse("2026-01-02T14:04:05Z"));
        assertThat(read(RCLONE_TOKEN, token.replace("EXPIRY", "0001-01-01T00:00:00Z"))
                        .tokens())
                .isEqualTo(TokenSet.ofRefreshToken("evertoken-test-refresh"));
    }

    @Test
    @Fault("N5")
    void theTokensOfStravaHaveTheAthleteAndSecondsAsNumbersOrTexts() throws IOException {
        ImportedAccount account = only(STRAVALIB.read(open("strava.json")));

        assertThat(account.user()).hasValue("12345678901");
        assertThat(account.tokens())
                .isEqualTo(TokenSet.builder("evertoken-test-access-of-cara")
                        .refreshToken("evertoken-test-refresh-of-cara")
                        .expiresAt(Instant.ofEpochSecond(1_767_366_245))
                        .build());
        String texts = text("strava.json")
                .replace("1767366245", "\"1767366245\"")
                .replaceAll(",\\s*\"athlete\": \\{[^}]*\\}", "");
        assertThat(read(STRAVALIB, texts).tokens()).isEqualTo(account.tokens());
        assertThat(read(STRAVALIB, texts).user()).isEmpty();
    }

    @Test
    @Fault("N5")
    void aFileIsReadFromItsPath(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("token.json"), "\uFEFF" + text("token.json"));

        assertThat(GOOGLE_TOKEN_JSON.read(file)).isEqualTo(GOOGLE_TOKEN_JSON.read(open("token.json")));
        assertThatThrownBy(() -> GOOGLE_TOKEN_JSON.read(folder.resolve("missing")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    @Fault("N5")
    void theKeyOfAServiceAccountIsRefusedWithAdvice() {
        String key =
                "{\"type\":\"service_account\",\"project_id\":\"p\",\"private_key\":\"-----BEGIN PRIVATE KEY-----\"}";

        assertRefused(GOOGLE_AUTHORIZED_USER, key)
                .hasMessage(
                        "the Google authorized_user file is the key of a service account, which has no refresh token;"
                                + " import a file of type authorized_user, such as that of"
                                + " \"gcloud auth application-default login\"");
        assertRefused(GOOGLE_TOKEN_JSON, key).hasMessageStartingWith("the Google token.json is the key of a service");
    }

    @Test
    @Fault("N5")
    void theFileOfTheClientIsRefusedWithAdvice() {
        assertRefused(GOOGLE_TOKEN_JSON, "{\"installed\":{\"client_id\":\"4711\",\"client_secret\":\"GOCSPX-1\"}}")
                .hasMessage("the Google token.json is the client's file of the Google console, which has no tokens;"
                        + " import the file that the program wrote after the consent, usually token.json");
    }

    @Test
    @Fault("N5")
    void anEncryptedRcloneConfigIsRefusedWithAdvice() {
        assertRefused(RCLONE_CONFIG, "# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nAbCd==\n")
                .hasMessage("the rclone.conf is encrypted; import the output of \"rclone config show\" instead");
        assertRefused(RCLONE_CONFIG, "[backup]\ntype = s3\n")
                .hasMessage("the rclone.conf has no remote with a \"token\"");
    }

    @ParameterizedTest
    @Fault("N5")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|has neither \"access_token\" nor \"refresh_token\"",
                "[]|is not a JSON object",
                "{\"access_token\":\"s3cret|is not valid JSON",
                "{\"access_token\":{\"s3cret\":1}}|has no text as \"access_token\"",
                "{\"access_token\":true}|has no text as \"access_token\"",
                "{\"access_token\":\"changeme\"}|has a \"access_token\" that is a placeholder",
                "{\"access_token\":\"${S3CRET}\"}|has a \"access_token\" that is a placeholder",
                "{\"access_token\":\" s3cret\"}|has a \"access_token\" that is surrounded by whitespace",
                "{\"refresh_token\":\"s3\\ncret\"}|has a \"refresh_token\" that is invalid because of a control character",
                "{\"refresh_token\":\"s3 cret\"}|has a \"refresh_token\" with a character that no token has",
                "{\"refresh_token\":\"s3crét\"}|has a \"refresh_token\" with a character that no token has",
                "{\"access_token\":\"s3cret\",\"expires_at\":\"soon\"}|has a time of unknown form as \"expires_at\"",
                "{\"access_token\":\"s3cret\",\"expires_at\":[1]}|has no text as \"expires_at\"",
                "{\"access_token\":\"s3cret\",\"scope\":[1,{}]}|has no text as \"scope\"",
                "{\"access_token\":\"s3cret\",\"token_type\":\"a b\"}|has a \"token_type\" with an invalid character",
                "{\"access_token\":\"s3cret\",\"athlete\":7}|has no object as \"athlete\"",
                "{\"access_token\":\"s3cret\",\"access_token\":\"other\"}|has a duplicate member",
            })
    void aMessageNamesTheFormatAndTheMemberAndNeverAValue(String content, String what) {
        assertRefused(STRAVALIB, content).hasMessage("the stravalib file " + what);
    }

    @ParameterizedTest
    @Fault("N5")
    @CsvSource({"refresh_token", "client_id", "client_secret"})
    void aMissingMemberOfAnAuthorizedUserIsNamed(String name) throws IOException {
        String without = text("application_default_credentials.json").replace("\"" + name + "\"", "\"x\"");

        assertRefused(GOOGLE_AUTHORIZED_USER, without)
                .hasMessage("the Google authorized_user file has no \"" + name + "\"");
    }

    @Test
    @Fault("N5")
    void anotherTypeOfGoogleCredentialsIsRefused() {
        assertRefused(GOOGLE_AUTHORIZED_USER, "{\"type\":\"external_account\"}")
                .hasMessage("the Google authorized_user file has another \"type\" than authorized_user");
    }

    @Test
    @Fault("N5")
    void theRemoteWithABadTokenIsNamed() {
        assertRefused(RCLONE_CONFIG, "[photos]\ntoken = {\"access_token\":\"s3cret\n")
                .hasMessage("the \"token\" of remote \"photos\" in the rclone.conf is not valid JSON");
    }

    @ParameterizedTest
    @Fault("N5")
    @EnumSource
    void aFileThatIsTooLargeEmptyOrBinaryIsRefused(TokenFileFormat format) {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return ' ';
            }

            @Override
            public int read(byte[] target, int from, int length) {
                Arrays.fill(target, from, from + length, (byte) ' ');
                return length;
            }
        };

        assertThatThrownBy(() -> format.read(endless))
                .isInstanceOf(TokenFileException.class)
                .hasMessageMatching("the .* is larger than (1048576|16777216) bytes");
        for (byte[] content :
                List.of(new byte[0], new byte[] {(byte) 0xff, 0, 1}, "s3cret".getBytes(StandardCharsets.UTF_8))) {
            assertThatThrownBy(() -> read(format, content))
                    .isInstanceOf(TokenFileException.class)
                    .hasMessageNotContaining("s3cret");
        }
    }

    @Test
    @Fault("N5")
    void aTruncatedFileIsNeverReadAsAnotherOne() throws IOException {
        String whole = text("token.json");
        for (int end = 0; end < whole.length(); end++) {
            assertRefused(GOOGLE_TOKEN_JSON, whole.substring(0, end)).hasMessageNotContaining("evertoken-test");
        }
    }

    @Test
    @Fault("N5")
    void anAccountIsPrintedWithoutItsSecrets() throws IOException {
        assertThat(GOOGLE_TOKEN_JSON.read(open("token.json")).toString()).doesNotContain("evertoken-test");
    }

    private static ImportedAccount only(List<ImportedAccount> accounts) {
        assertThat(accounts).hasSize(1);
        return accounts.get(0);
    }
}
