package dev.evertoken.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.evertoken.architecture.Reports.assertReports;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.io.Serializable;
import org.junit.jupiter.api.Test;

/** A secret cannot be written by Java serialization. */
class SecretsTest {
    private static final ArchRule SECRETS_ARE_NOT_SERIALIZABLE = noClasses()
            .that(DescribedPredicate.describe("are or hold a secret", SecretsTest::isOrHoldsASecret))
            .should()
            .beAssignableTo(Serializable.class);

    @Test
    void secretsAreNotSerializable() {
        SECRETS_ARE_NOT_SERIALIZABLE.check(MainCode.classes());
        assertReports(SECRETS_ARE_NOT_SERIALIZABLE, "SerializableSecret", "HoldsASecret");
    }

    private static boolean isOrHoldsASecret(JavaClass type) {
        return !type.isEnum()
                && (isSecret(type) || type.getAllFields().stream().anyMatch(f -> isSecret(f.getRawType())));
    }

    private static boolean isSecret(JavaClass type) {
        return !type.isEnum()
                && type.getPackageName().startsWith(MainCode.ROOT)
                && type.getSimpleName().contains("Secret");
    }
}
