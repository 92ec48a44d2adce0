package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each Java block of the README and the guides compiles: as a whole program, or as a part of a source that is built. So
 * does each example in the javadoc of a published module.
 */
class DocumentedCodeTest {

    @TempDir
    Path classes;

    static Stream<DocumentedBlock> blocks() throws IOException {
        return DocumentedBlock.all("java").stream();
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void theBlockIsCompiled(DocumentedBlock block) throws IOException {
        if (block.isProgram()) {
            assertThat(DocumentedProgram.compile(block, classes)).isEmpty();
        } else {
            assertThat(DocumentedBlock.regions())
                    .as("the region of a source for " + block)
                    .contains(block.text());
        }
    }

    static Stream<JavadocBlock> javadoc() throws IOException {
        return JavadocBlock.all().stream();
    }

    @ParameterizedTest
    @MethodSource("javadoc")
    void theExampleInTheJavadocIsAPartOfATestedSource(JavadocBlock block) throws IOException {
        assertThat(DocumentedBlock.regions())
                .as("the region of a source for " + block)
                .contains(block.text());
    }

    @Test
    void theTypesThatAUserMeetsFirstHaveAnExample() throws IOException {
        assertThat(JavadocBlock.all())
                .filteredOn(JavadocBlock::ofType)
                .extracting(JavadocBlock::type)
                .contains(
                        "Tokens",
                        "TokensBuilder",
                        "TokenSource",
                        "TokenKey",
                        "TokenInterceptor",
                        "TokenHttpClient",
                        "ClientRegistration",
                        "KeyRing",
                        "TokenException",
                        "FileTokenStore",
                        "MockProviders");
    }

    @Test
    void everyRegionIsPrintedSomewhere() throws IOException {
        Set<String> printed = Stream.concat(
                        DocumentedBlock.all("java").stream().map(DocumentedBlock::text),
                        JavadocBlock.all().stream().map(JavadocBlock::text))
                .collect(Collectors.toSet());

        assertThat(DocumentedBlock.regions()).isNotEmpty().isSubsetOf(printed);
    }
}
