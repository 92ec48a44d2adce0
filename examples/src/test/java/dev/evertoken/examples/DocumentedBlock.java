package dev.evertoken.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A code block of the README or a guide, and the regions of sources that such blocks show. */
record DocumentedBlock(String document, int line, String text) {

    static final Path CHECKOUT = Path.of(System.getProperty("basedir", "."), "..");
    private static final List<String> SOURCES = List.of(
            "examples/src/main/java",
            "examples/src/test/java",
            "integrations/token-google-auth/src/test/java",
            "integrations/token-spring/src/test/java",
            "integrations/token-spring-boot-starter/src/test/java",
            "proof/consumers/projects/boot-app/main");
    private static final Pattern FENCE =
            Pattern.compile("^( *)```(\\w*)\n(.*?)^\\1```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final String PRINTED_IN = "^ *// (?:README|javadoc|docs/[-\\w/]+\\.md)(?: \\w+)? ";
    private static final Pattern REGION =
            Pattern.compile(PRINTED_IN + "begin\n(.*?)" + PRINTED_IN + "end$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern PROGRAM = Pattern.compile(
            "^(?:import [^\n]*\n)+\n.*?^(?:public |final )*class (\\w+)", Pattern.DOTALL | Pattern.MULTILINE);

    /** Returns the blocks of a language, empty for blocks without one, in all documents. */
    static List<DocumentedBlock> all(String language) throws IOException {
        List<DocumentedBlock> blocks = new ArrayList<>();
        for (Path document : documents()) {
            String content = Files.readString(document);
            Matcher fence = FENCE.matcher(content);
            while (fence.find()) {
                if (fence.group(2).equals(language)) {
                    int line = (int) content.substring(0, fence.start()).lines().count() + 1;
                    blocks.add(new DocumentedBlock(
                            CHECKOUT.normalize()
                                    .relativize(document.normalize())
                                    .toString(),
                            line,
                            fence.group(3).stripTrailing().stripIndent().strip()));
                }
            }
        }
        return blocks;
    }

    /** Returns the first block of a language in a document that contains a text. */
    static DocumentedBlock of(String document, String language, String containing) throws IOException {
        return all(language).stream()
                .filter(block ->
                        block.document().equals(document) && block.text().contains(containing))
                .findFirst()
                .orElseThrow(() -> new AssertionError(document + " has no block with " + containing));
    }

    /** Returns the marked regions of the sources of all modules. */
    static Set<String> regions() throws IOException {
        Set<String> regions = new LinkedHashSet<>();
        for (String folder : SOURCES) {
            try (Stream<Path> files = Files.walk(CHECKOUT.resolve(folder))) {
                for (Path file :
                        files.filter(one -> one.toString().endsWith(".java")).toList()) {
                    REGION.matcher(Files.readString(file))
                            .results()
                            .forEach(found -> regions.add(
                                    found.group(1).stripTrailing().stripIndent().strip()));
                }
            }
        }
        return regions;
    }

    /** Returns whether the block is a whole source file. */
    boolean isProgram() {
        return PROGRAM.matcher(text).lookingAt();
    }

    /** Returns the name of the class of a whole source file. */
    String className() {
        Matcher program = PROGRAM.matcher(text);
        if (!program.lookingAt()) {
            throw new IllegalStateException(this + " is no whole source file");
        }
        return program.group(1);
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> guides = Files.walk(CHECKOUT.resolve("docs"))) {
            return Stream.concat(Stream.of(CHECKOUT.resolve("README.md")), guides)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public String toString() {
        return document + ":" + line;
    }
}
