package dev.evertoken.doctor;

import static dev.evertoken.doctor.DoctorFixture.change;
import static dev.evertoken.doctor.DoctorFixture.die;
import static dev.evertoken.doctor.DoctorFixture.report;
import static dev.evertoken.doctor.DoctorFixture.reports;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each account is in the group of its most important finding. */
class TokenDoctorTest {

    private final DoctorFixture fixture = new DoctorFixture();
    private final TokenStore store = fixture.memory();
    private final Tokens tokens = fixture.tokens(store);

    private static final KeyRing TWO_KEYS = KeyRing.parse(Secret.of("two:" + base64(9) + ",one:" + base64(0)));

    private static String base64(int value) {
        return Base64.getEncoder().encodeToString(key(value));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void anAccountThatWorksHasNoFindingAndNothingHasToBeDone() {
        TokenKey anna = fixture.connect(tokens, "google", "anna");

        DoctorSummary summary = TokenDoctor.of(tokens).examine();

        assertThat(report(tokens, anna).group()).isEqualTo(AccountGroup.VALID);
        assertThat(summary.count(AccountGroup.VALID)).isEqualTo(1);
        assertThat(summary.exitCode()).isEqualTo(DoctorSummary.NOTHING_TO_DO);
        assertThat(store.keys()).containsExactly(anna);
    }

    @Test
    void aDeadGrantNeedsTheUser() {
        TokenKey anna = fixture.connect(tokens, "google", "anna");
        die(store, anna, fixture.clock.now());

        AccountReport report = report(tokens, anna);

        assertThat(report.group()).isEqualTo(AccountGroup.NEEDS_RECONNECT);
        assertThat(report.findings().get(0).detail())
                .isEqualTo("GRANT_DEAD: the user or the provider revoked the access");
        assertThat(TokenDoctor.of(tokens).examine().exitCode()).isEqualTo(DoctorSummary.FINDINGS);
    }

    @Test
    void aGrantWithoutARefreshTokenExpiresAndThenNeedsTheUser() {
        TokenKey anna = TokenKey.of("google", "anna");
        tokens.connect(
                anna,
                TokenSet.builder(TestTokens.access())
                        .issuedAt(fixture.clock.now())
                        .expiresAt(fixture.clock.now().plus(Duration.ofHours(1)))
                        .build());

        assertThat(report(tokens, anna).group()).isEqualTo(AccountGroup.EXPIRING);
        fixture.clock.advance(Duration.ofHours(2));
        assertThat(report(tokens, anna).group()).isEqualTo(AccountGroup.NEEDS_RECONNECT);
        assertThat(report(tokens, anna).has(FindingCode.NO_REFRESH_TOKEN)).isTrue();
    }

    @Test
    void aConnectionThatEndsSoonIsShownWithItsDay() {
        TokenKey anna = TokenKey.of("google", "anna");
        fixture.connect(
                tokens,
                anna,
                more -> more.refreshTokenExpiresAt(fixture.clock.now().plus(Duration.ofDays(10))));
        TokenKey ben = TokenKey.of("google", "ben");
        fixture.connect(
                tokens,
                ben,
                more -> more.refreshTokenExpiresAt(fixture.clock.now().plus(Duration.ofDays(40))));

        assertThat(report(tokens, anna).group()).isEqualTo(AccountGroup.EXPIRING);
        assertThat(report(tokens, anna).findings().get(0).detail()).isEqualTo("it ends on 2026-01-11");
        assertThat(report(tokens, ben).group()).isEqualTo(AccountGroup.VALID);
        assertThat(TokenDoctor.of(tokens)
                        .expiringWithin(Duration.ofDays(50))
                        .examine(ben)
                        .orElseThrow()
                        .group())
                .isEqualTo(AccountGroup.EXPIRING);
    }

    @Test
    void aRecordOfAnotherClientIsPoisonedAndCanBeClearedByItsRevision() {
        Tokens staging = fixture.open(fixture.builder(store, "staging.apps.example"));
        TokenKey anna = fixture.connect(staging, "google", "anna");

        AccountReport report = report(tokens, anna);

        assertThat(report.group()).isEqualTo(AccountGroup.POISONED);
        assertThat(report.has(FindingCode.OTHER_CLIENT)).isTrue();
        assertThat(TokenDoctor.of(tokens).clear(anna, report.revision() + 1)).isFalse();
        assertThat(store.keys()).containsExactly(anna);
        assertThat(TokenDoctor.of(tokens).clear(anna, report.revision())).isTrue();
        assertThat(store.keys()).isEmpty();
    }

    @Test
    void aRecordThatCanBeUsedIsNotCleared() {
        TokenKey anna = fixture.connect(tokens, "google", "anna");
        long revision = report(tokens, anna).revision();

        assertThatThrownBy(() -> TokenDoctor.of(tokens).clear(anna, revision))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("google/anna: the record is VALID and can be used; disconnect the account instead");
        assertThat(store.keys()).containsExactly(anna);
    }

    @Test
    void aStoredPlaceholderIsPoisoned() {
        Tokens clear = fixture.open(fixture.builder(store).encryption(KeyRing.none()));
        TokenKey anna = TokenKey.of("google", "anna");
        String token = TestTokens.access();
        fixture.connect(clear, anna, more -> more.accessToken(Secret.of(token)));
        byte[] edited = new String(store.load(anna).orElseThrow().secrets().bytes(), UTF_8)
                .replace(token, "changeme")
                .getBytes(UTF_8);
        change(store, anna, record -> record.secrets(new SecretPart.Clear(edited)));

        assertThat(report(clear, anna).has(FindingCode.PLACEHOLDER_TOKEN))
                .as(report(clear, anna).toString())
                .isTrue();
    }

    @Test
    void aRecordOfAnotherEnvironmentIsNotOurs() {
        Tokens production = fixture.open(fixture.builder(store).environment("production"));
        TokenKey anna = fixture.connect(production, "google", "anna");

        DoctorSummary summary = TokenDoctor.of(tokens).examine();

        assertThat(summary.count(FindingCode.OTHER_APPLICATION)).isEqualTo(1);
        assertThat(report(tokens, anna).findings().get(0).detail()).isEqualTo("it belongs to pool/production");
    }

    @Test
    void anAccountUnderAnEarlierKeyIsReported() {
        TokenKey anna = fixture.connect(tokens, "google", "anna");
        Tokens rotated = fixture.open(fixture.builder(store).encryption(TWO_KEYS));

        assertThat(report(rotated, anna).group()).isEqualTo(AccountGroup.UNDER_OLD_KEY);
        assertThat(report(rotated, anna).findings().get(0).detail()).isEqualTo("the key is \"one\"");
    }

    @Test
    void aWrongKeyRingIsOneFindingForTheWholeStore() {
        fixture.connect(tokens, "google", "anna");
        fixture.connect(tokens, "acme", "ben");
        Tokens wrong = fixture.open(fixture.builder(store).encryption(KeyRing.of("other", key(7))));

        DoctorSummary summary = TokenDoctor.of(wrong).examine();

        assertThat(summary.count(FindingCode.KEY_MISSING)).isEqualTo(2);
        assertThat(summary.count(FindingCode.WRONG_KEY_RING)).isEqualTo(1);
        assertThat(summary.count(AccountGroup.UNREADABLE)).isEqualTo(2);
        assertThat(summary.exitCode()).isEqualTo(DoctorSummary.FINDINGS);
    }

    @Test
    void anotherKeyUnderTheSameIdIsUnreadable() {
        TokenKey anna = fixture.connect(tokens, "google", "anna");
        Tokens wrong = fixture.open(fixture.builder(store).encryption(KeyRing.of("one", key(7))));

        assertThat(report(wrong, anna).has(FindingCode.RECORD_UNREADABLE)).isTrue();
    }

    @Test
    void twoAccountsWithOneRefreshTokenShareAGrantUnderAnyKey() {
        TokenKey anna = TokenKey.of("acme", "anna");
        String shared = TestTokens.refresh();
        fixture.connect(tokens, anna, more -> more.refreshToken(shared));
        Tokens rotated = fixture.open(fixture.builder(store).encryption(TWO_KEYS));
        fixture.connect(rotated, TokenKey.of("acme", "ben"), more -> more.refreshToken(shared));
        fixture.connect(rotated, "acme", "carl");

        List<AccountReport> reports = reports(TokenDoctor.of(rotated));

        List<AccountReport> sharing = reports.stream()
                .filter(each -> each.has(FindingCode.SHARED_GRANT))
                .toList();
        assertThat(sharing)
                .singleElement()
                .satisfies(second -> assertThat(reports)
                        .anySatisfy(first -> assertThat(second.findings().get(0).detail())
                                .isEqualTo("the other account is " + first.label())));
        assertThat(sharing.get(0).key().account()).isIn("anna", "ben");
    }

    @Test
    void anAccountWhoseRefreshFailsOrWhoseClaimWasAbandonedIsStuck() {
        TokenKey anna = fixture.connect(tokens, "acme", "anna");
        change(
                store,
                anna,
                record -> record.claim(new Claim(
                        "abandoned",
                        "process 7 on host",
                        Duration.ofSeconds(30),
                        fixture.clock.now().plusSeconds(30),
                        Claim.Phase.CLAIMED)));

        assertThat(report(tokens, anna).group()).isEqualTo(AccountGroup.VALID);
        fixture.clock.advance(Duration.ofMinutes(2));

        assertThat(report(tokens, anna).group()).isEqualTo(AccountGroup.STUCK);
        assertThat(report(tokens, anna).has(FindingCode.ABANDONED_CLAIM)).isTrue();
    }

    @Test
    void anAccountWithoutARegisteredClientIsReported() {
        TokenKey anna = fixture.connect(tokens, "acme", "anna");
        assertThat(tokens.removeClient("acme")).isTrue();

        assertThat(report(tokens, anna).has(FindingCode.NO_CLIENT)).isTrue();
    }

    @Test
    void filtersLimitTheAccountsAndTheOutput() {
        fixture.connect(tokens, "google", "user-1");
        TokenKey dead = fixture.connect(tokens, "google", "user-2");
        fixture.connect(tokens, "google", "other");
        fixture.connect(tokens, "acme", "user-3");
        die(store, dead, fixture.clock.now());
        TokenDoctor doctor = TokenDoctor.of(tokens).registration("google").accountsStartingWith("user-");

        assertThat(doctor.examine().examined()).isEqualTo(2);
        assertThat(reports(doctor.onlyWithFindings()))
                .extracting(AccountReport::key)
                .containsExactly(dead);
        assertThat(reports(doctor.only(FindingCode.SHARED_GRANT))).isEmpty();
        assertThat(doctor.only(FindingCode.SHARED_GRANT).examine().count(AccountGroup.NEEDS_RECONNECT))
                .isEqualTo(1);
    }

    @Test
    void theDoctorIsOffline() {
        fixture.connect(tokens, "acme", "anna");
        fixture.clock.advance(Duration.ofHours(3));

        DoctorSummary summary = TokenDoctor.of(tokens).examine();

        assertThat(summary.due()).isEqualTo(1);
        assertThat(summary.exitCode()).isZero();
    }

    private static byte[] key(int value) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) value);
        return key;
    }
}
