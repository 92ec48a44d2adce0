package dev.evertoken.build;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A command in a document: a line of a block of the language {@code sh}, or code within a text that starts with a
 * program, a script or options of Maven.
 */
record DocumentedCommand(String document, String text) {

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern SCRIPT = Pattern.compile("\\.ci/\\w+|proof/benchmarks/run");
    private static final Set<String> PROGRAMS = Set.of(
            "mvn",
            "java",
            "javac",
            "jar",
            "git",
            "export",
            "openssl",
            "gcloud",
            "rclone",
            "curl",
            "docker",
            "kubectl",
            "redis-cli",
            "redis-server",
            "psql",
            "gpg",
            "bash",
            "sh");
    private static final Pattern OPTIONS = Pattern.compile("-(?:P|D|pl )\\w.*");

    /** Returns each whole command, in the order of the documents. */
    static List<DocumentedCommand> all() {
        return inAllDocuments().filter(one -> !one.isOptions()).toList();
    }

    /** Returns the options of Maven that a text names without the rest of a command. */
    static List<DocumentedCommand> options() {
        return inAllDocuments().filter(DocumentedCommand::isOptions).toList();
    }

    /** Returns whether a line is a command: a script of this build, or a known program with arguments. */
    static boolean isOne(String line) {
        String[] words = line.strip().split("\\s+", 2);
        return SCRIPT.matcher(words[0]).matches() || (words.length == 2 && PROGRAMS.contains(words[0]));
    }

    private static Stream<DocumentedCommand> inAllDocuments() {
        return CodeBlock.documents().stream().flatMap(DocumentedCommand::in);
    }

    private static Stream<DocumentedCommand> in(String document) {
        Stream<String> lines = CodeBlock.in(document)
                .filter(block -> block.language().equals("sh"))
                .flatMap(block -> block.text().lines())
                .map(String::strip)
                .filter(line -> !line.isEmpty());
        Stream<String> codes = CODE.matcher(
                        CodeBlock.FENCE.matcher(Checkout.read(document)).replaceAll(""))
                .results()
                .map(code -> code.group(1).replaceAll("\\s+", " "))
                .filter(code -> isOne(code) || OPTIONS.matcher(code).matches());
        return Stream.concat(lines, codes).map(text -> new DocumentedCommand(document, text));
    }

    boolean isMaven() {
        return text.startsWith("mvn ");
    }

    private boolean isOptions() {
        return OPTIONS.matcher(text).matches();
    }

    @Override
    public String toString() {
        return document + ": " + text;
    }
}
