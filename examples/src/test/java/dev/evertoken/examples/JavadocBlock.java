package dev.evertoken.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An example in the javadoc of a published module, as it is displayed. The javadoc tool displays the text of a code tag
 * literally, so nothing is unescaped: an escape in an example would be visible to the reader.
 *
 * @param type the simple name of the type in whose file the example is
 * @param ofType whether the example is in the comment of the type, not in that of a member
 */
record JavadocBlock(String type, boolean ofType, String text) {

    private static final String BEGIN = "<pre>{@code";
    private static final Pattern BLOCK =
            Pattern.compile("^ *\\* <pre>\\{@code\n(.*?)^ *\\* }</pre>$", Pattern.DOTALL | Pattern.MULTILINE);

    /** Returns the examples of all published modules. */
    static List<JavadocBlock> all() throws IOException {
        List<JavadocBlock> blocks = new ArrayList<>();
        try (Stream<Path> modules = Files.list(DocumentedBlock.CHECKOUT)) {
            for (Path module : modules.map(one -> one.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList()) {
                addAll(module, blocks);
            }
        }
        return blocks;
    }

    private static void addAll(Path module, List<JavadocBlock> blocks) throws IOException {
        try (Stream<Path> files = Files.walk(module)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                blocks.addAll(in(file));
            }
        }
    }

    private static List<JavadocBlock> in(Path file) throws IOException {
        String source = Files.readString(file);
        String type = file.getFileName().toString().replace(".java", "");
        int declaration = declaration(source, type);
        List<JavadocBlock> blocks = BLOCK.matcher(source)
                .results()
                .map(found -> new JavadocBlock(type, found.start() < declaration, text(found)))
                .toList();
        if (source.split(Pattern.quote(BEGIN), -1).length - 1 != blocks.size()) {
            throw new AssertionError(file + " has an example whose first or last line is not a line of its own");
        }
        return blocks;
    }

    private static int declaration(String source, String type) {
        return Pattern.compile("^\\S.*\\b(?:class|interface|record|enum) " + type + "\\b", Pattern.MULTILINE)
                .matcher(source)
                .results()
                .mapToInt(MatchResult::start)
                .findFirst()
                .orElse(0);
    }

    private static String text(MatchResult found) {
        return found.group(1)
                .replaceAll("(?m)^ *\\* ?", "")
                .stripTrailing()
                .stripIndent()
                .strip();
    }

    @Override
    public String toString() {
        return type + ": " + text.lines().findFirst().orElse("");
    }
}
