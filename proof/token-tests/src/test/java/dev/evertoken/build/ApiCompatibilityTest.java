package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import japicmp.cmp.JApiCmpArchive;
import japicmp.cmp.JarArchiveComparator;
import japicmp.cmp.JarArchiveComparatorOptions;
import japicmp.config.Options;
import japicmp.exception.JApiCmpException;
import japicmp.model.JApiClass;
import japicmp.output.incompatible.IncompatibleErrorOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The profile {@code api} fails a build whose public types are incompatible with the previous release. */
class ApiCompatibilityTest {

    private static final Path CORE = Checkout.ROOT.resolve("token-core");

    @Test
    void theSameClassesAreCompatible() throws Exception {
        assertThat(incompatibility((name, next) -> next)).isEmpty();
    }

    @Test
    void aRemovedPublicMethodIsReportedByName() throws Exception {
        assertThat(incompatibility((name, next) ->
                        name.equals("dev/evertoken/model/TokenKey") ? new WithoutMethod(next, "registration") : next))
                .hasValueSatisfying(reason ->
                        assertThat(reason).contains("dev.evertoken.model.TokenKey", "registration", "METHOD_REMOVED"));
    }

    @Test
    void aNewAbstractMethodOfAnSpiIsReported() throws Exception {
        assertThat(incompatibility((name, next) -> name.equals("dev/evertoken/spi/store/TokenStore")
                        ? new WithAbstractMethod(next, "compact")
                        : next))
                .hasValueSatisfying(reason -> assertThat(reason).contains("dev.evertoken.spi.store.TokenStore"));
    }

    @Test
    void aRemovedMethodOfAnInternalTypeIsNotReported() throws Exception {
        assertThat(incompatibility((name, next) -> name.equals("dev/evertoken/internal/record/RecordMapper")
                        ? new WithoutMethod(next, "newRevision")
                        : next))
                .isEmpty();
    }

    /** Returns the reason to fail the build if the current classes are changed in one place, empty if there is none. */
    private static Optional<String> incompatibility(BiFunction<String, ClassVisitor, ClassVisitor> change)
            throws Exception {
        Options options = options();
        JarArchiveComparator comparator = new JarArchiveComparator(JarArchiveComparatorOptions.of(options));
        List<JApiClass> classes = comparator.compare(
                new JApiCmpArchive(jar((name, next) -> next), "1.0.0", "before.jar"),
                new JApiCmpArchive(jar(change), "1.1.0", "after.jar"));
        try {
            new IncompatibleErrorOutput(options, classes, comparator).generate();
            return Optional.empty();
        } catch (JApiCmpException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Returns the options of the profile, without an analysis of the libraries of the core. */
    private static Options options() throws Exception {
        Element parameter = parameter();
        Options options = Options.newDefault();
        options.setOutputOnlyModifications(isSet(parameter, "onlyModified"));
        options.setErrorOnBinaryIncompatibility(isSet(parameter, "breakBuildOnBinaryIncompatibleModifications"));
        options.setErrorOnSourceIncompatibility(isSet(parameter, "breakBuildOnSourceIncompatibleModifications"));
        elements(parameter, "exclude")
                .forEach(exclude -> options.addExcludeFromArgument(Optional.of(exclude.getTextContent()), false));
        options.setIgnoreMissingClasses(true);
        return options;
    }

    private static boolean isSet(Element parameter, String name) {
        return elements(parameter, name).anyMatch(flag -> flag.getTextContent().equals("true"));
    }

    private static Element parameter() throws Exception {
        Element project = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Checkout.ROOT.resolve("pom.xml").toFile())
                .getDocumentElement();
        return elements(project, "profile")
                .filter(profile -> elements(profile, "id")
                        .findFirst()
                        .orElseThrow()
                        .getTextContent()
                        .equals("api"))
                .flatMap(profile -> elements(profile, "parameter"))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<Element> elements(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        return IntStream.range(0, found.getLength()).mapToObj(found::item).map(Element.class::cast);
    }

    private static byte[] jar(BiFunction<String, ClassVisitor, ClassVisitor> change) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            for (Path file : Checkout.classFiles(CORE)) {
                ClassReader reader = new ClassReader(Files.readAllBytes(file));
                ClassWriter writer = new ClassWriter(0);
                reader.accept(change.apply(reader.getClassName(), writer), 0);
                jar.putNextEntry(new JarEntry(reader.getClassName() + ".class"));
                jar.write(writer.toByteArray());
            }
        }
        return bytes.toByteArray();
    }

    private static final class WithoutMethod extends ClassVisitor {
        private final String removed;
        private boolean found;

        WithoutMethod(ClassVisitor next, String removed) {
            super(Opcodes.ASM9, next);
            this.removed = removed;
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            if (name.equals(removed)) {
                found = true;
                return null;
            }
            return super.visitMethod(access, name, descriptor, signature, exceptions);
        }

        @Override
        public void visitEnd() {
            assertThat(found).as("a method %s to remove", removed).isTrue();
            super.visitEnd();
        }
    }

    private static final class WithAbstractMethod extends ClassVisitor {
        private final String added;

        WithAbstractMethod(ClassVisitor next, String added) {
            super(Opcodes.ASM9, next);
            this.added = added;
        }

        @Override
        public void visitEnd() {
            super.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_ABSTRACT, added, "()V", null, null)
                    .visitEnd();
            super.visitEnd();
        }
    }
}
