package dev.evertoken.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Signatures of public types use only public types, and no types of internal libraries. */
class PublicSignaturesTest {

    private static final List<String> INTERNAL_LIBRARIES =
            List.of("com.squareup.moshi.", "com.github.benmanes.", "com.github.scribejava.");

    @Test
    void aPublicSignatureUsesNoHiddenType() {
        assertThat(leaks(MainCode.classes())).isEmpty();
    }

    @Test
    void aSignatureWithAHiddenTypeIsReported() {
        assertThat(leaks(new ClassFileImporter().importPackages(Reports.OFFENDERS + ".leaks")))
                .containsExactlyInAnyOrder(
                        "LeaksTypes.field shows HiddenType",
                        "LeaksTypes.result shows HiddenType",
                        "LeaksTypes.parameter shows HiddenType",
                        "LeaksTypes.typeArgument shows HiddenType",
                        "LeaksTypes.library shows Moshi");
    }

    private static List<String> leaks(JavaClasses classes) {
        return classes.stream()
                .filter(PublicSignaturesTest::isVisible)
                .flatMap(type -> type.getMembers().stream())
                .filter(PublicSignaturesTest::isVisible)
                .flatMap(member -> typesOf(member)
                        .filter(shown -> isHidden(shown) || isOfInternalLibrary(shown))
                        .map(shown -> member.getOwner().getSimpleName() + "." + member.getName() + " shows "
                                + shown.getSimpleName()))
                .distinct()
                .toList();
    }

    /** Considers only types of Evertoken; the compiler of each module checks the visibility of library types. */
    private static boolean isHidden(JavaClass type) {
        return type.getPackageName().startsWith("dev.evertoken") && !isVisible(type);
    }

    private static Stream<JavaClass> typesOf(JavaMember member) {
        Stream<Set<JavaClass>> types = member instanceof JavaField field
                ? Stream.of(field.getType().getAllInvolvedRawTypes())
                : signature((JavaCodeUnit) member);
        return types.flatMap(Set::stream).map(JavaClass::getBaseComponentType).filter(type -> !type.isPrimitive());
    }

    private static Stream<Set<JavaClass>> signature(JavaCodeUnit unit) {
        return Stream.concat(
                Stream.of(unit.getReturnType().getAllInvolvedRawTypes()),
                Stream.concat(
                        unit.getParameterTypes().stream().map(type -> type.getAllInvolvedRawTypes()),
                        unit.getExceptionTypes().stream().map(type -> type.getAllInvolvedRawTypes())));
    }

    private static boolean isVisible(JavaMember member) {
        return isVisible(member.getModifiers()) && !member.getModifiers().contains(JavaModifier.SYNTHETIC);
    }

    private static boolean isVisible(JavaClass type) {
        return isVisible(type.getModifiers())
                && type.getEnclosingClass().map(PublicSignaturesTest::isVisible).orElse(true);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static boolean isOfInternalLibrary(JavaClass type) {
        return INTERNAL_LIBRARIES.stream().anyMatch(type.getName()::startsWith);
    }
}
