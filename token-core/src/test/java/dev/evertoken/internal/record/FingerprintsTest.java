package dev.evertoken.internal.record;

import static dev.evertoken.internal.record.SampleKeys.key;
import static dev.evertoken.internal.record.SampleKeys.ring;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.KeyRing;
import org.junit.jupiter.api.Test;

public class FingerprintsTest {

    private static final String VALUE = "1//refresh-token-of-alice";

    private final Fingerprints keyed = new Fingerprints(ring("k1", 1), "crm");
    private final Fingerprints plain = new Fingerprints(KeyRing.none(), "crm");

    @Test
    void aFingerprintIsShortNamesItsMethodAndDoesNotShowTheValue() {
        assertThat(keyed.of("refresh-token", VALUE))
                .matches("hmac:k1:[A-Za-z0-9_-]{22}")
                .doesNotContain("alice");
        assertThat(plain.of("refresh-token", VALUE))
                .matches("sha256:[A-Za-z0-9_-]{22}")
                .doesNotContain("alice");
    }

    @Test
    void oneValueHasOneFingerprintInEveryProcessAndVersion() {
        assertThat(keyed.of("p", VALUE)).isEqualTo("hmac:k1:Val0vOo-89czpmykqYrlAw");
        assertThat(plain.of("p", VALUE)).isEqualTo("sha256:5xW-0Ylszg20tUSrKtAltA");
    }

    @Test
    void aFingerprintDependsOnNamespacePurposeAndKey() {
        String one = keyed.of("p", VALUE);

        assertThat(new Fingerprints(ring("k1", 1), "shop").of("p", VALUE)).isNotEqualTo(one);
        assertThat(keyed.of("q", VALUE)).isNotEqualTo(one);
        assertThat(new Fingerprints(ring("k1", 2), "crm").of("p", VALUE)).isNotEqualTo(one);
        assertThat(new Fingerprints(KeyRing.none(), "shop").of("p", VALUE)).isNotEqualTo(plain.of("p", VALUE));
    }

    @Test
    void aValueIsRecognizedByAFingerprintOfAnyKeyOfTheRing() {
        String old = keyed.of("p", VALUE);
        Fingerprints rotated = new Fingerprints(ring("k1", 1).rotatedTo("k2", key(2)), "crm");

        assertThat(rotated.of("p", VALUE)).startsWith("hmac:k2:");
        assertThat(rotated.matches(old, "p", VALUE)).isTrue();
        assertThat(rotated.matches(old, "p", VALUE + "!")).isFalse();
        assertThat(rotated.matches(old, "q", VALUE)).isFalse();
    }

    @Test
    void aFingerprintMadeWithoutAKeyIsStillRecognizedWithOne() {
        String clear = plain.of("p", VALUE);

        assertThat(keyed.canCheck(clear)).isTrue();
        assertThat(keyed.matches(clear, "p", VALUE)).isTrue();
        assertThat(keyed.matches(clear, "p", "other")).isFalse();
    }

    @Test
    void anUncheckableFingerprintIsNotAMatchAndIsReportedAsUncheckable() {
        String old = keyed.of("p", VALUE);
        Fingerprints without = new Fingerprints(ring("k2", 2), "crm");

        for (String uncheckable : new String[] {old, "", "hmac:", "hmac:k1", "hmac::x", "md5:abc", "hmac"}) {
            assertThat(without.canCheck(uncheckable)).as(uncheckable).isFalse();
            assertThat(without.matches(uncheckable, "p", VALUE)).as(uncheckable).isFalse();
        }
        assertThat(plain.canCheck(old)).isFalse();
    }
}
