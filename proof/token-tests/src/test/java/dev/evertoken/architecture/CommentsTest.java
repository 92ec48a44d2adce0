package dev.evertoken.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** What the sources have to say before anyone runs them. */
class CommentsTest {
    /** A sentence of its own somewhere before the block tags; what follows the first words is free. */
    private static final Pattern SAYS_WHO_MAY_SHARE_IT = Pattern.compile(
            "(^|[.!?;:] )(Immutable|Thread-safe|Not thread-safe|Implementations are thread-safe)\\b[^.]*\\.( |$)");

    @Test
    void everyPublicTypeSaysWhetherThreadsMayShareIt() throws IOException {
        assertThat(withoutThreadSafetySentence(MainCode.sourceFiles())).isEmpty();
    }

    @Test
    void aTypeThatDoesNotSayItIsReported() throws IOException {
        assertThat(withoutThreadSafetySentence(offenders()))
                .containsExactlyInAnyOrder(
                        "SaysNothingAboutThreads.java",
                        "OnlyMentionsThreads.java",
                        "SaysItInAnExampleOnly.java",
                        "HasNoComment.java");
    }

    @Test
    void everyPackageIsNullMarked() throws IOException {
        assertThat(packagesNotNullMarked(MainCode.sourceFiles())).isEmpty();
    }

    @Test
    void aPackageThatIsNotNullMarkedIsReported() throws IOException {
        assertThat(packagesNotNullMarked(offenders()))
                .contains("dev.evertoken.architecture.offenders.unmarked")
                .doesNotContain("dev.evertoken.architecture.offenders.marked");
    }

    private static List<String> withoutThreadSafetySentence(List<Path> files) throws IOException {
        List<String> found = new ArrayList<>();
        try (Sources sources = new Sources(files)) {
            for (CompilationUnitTree unit : sources.units) {
                for (Tree type : unit.getTypeDecls()) {
                    if (type instanceof ClassTree declared
                            && declared.getModifiers().getFlags().contains(Modifier.PUBLIC)
                            && !saysWhoMayShareIt(sources.commentOf(unit, declared))) {
                        found.add(fileName(unit));
                    }
                }
            }
        }
        return found;
    }

    private static boolean saysWhoMayShareIt(String comment) {
        String description = comment.split("(?m)^\\s*@", 2)[0];
        String withoutCode = description.replaceAll("(?s)<pre>.*?</pre>", " ");
        String prose = withoutCode.replaceAll("(<[^>]+>|\\s)+", " ").strip();
        return SAYS_WHO_MAY_SHARE_IT.matcher(prose).find();
    }

    private static Set<String> packagesNotNullMarked(List<Path> files) throws IOException {
        try (Sources sources = new Sources(files)) {
            Set<String> marked = sources.units.stream()
                    .filter(unit -> fileName(unit).equals("package-info.java"))
                    .filter(unit ->
                            unit.getPackage().getAnnotations().toString().contains("@NullMarked"))
                    .map(CommentsTest::packageName)
                    .collect(Collectors.toSet());
            return sources.units.stream()
                    .map(CommentsTest::packageName)
                    .filter(name -> !marked.contains(name))
                    .collect(Collectors.toSet());
        }
    }

    private static List<Path> offenders() {
        return MainCode.filesBelow(
                MainCode.thisModule().resolve("src/test/java/dev/evertoken/architecture/offenders"), ".java");
    }

    private static String fileName(CompilationUnitTree unit) {
        return Path.of(unit.getSourceFile().toUri()).getFileName().toString();
    }

    private static String packageName(CompilationUnitTree unit) {
        return unit.getPackageName().toString();
    }

    /** Parsed source files: syntax and comments, nothing is resolved. */
    private static final class Sources implements AutoCloseable {
        private final StandardJavaFileManager files;
        private final DocTrees comments;
        private final List<CompilationUnitTree> units = new ArrayList<>();

        Sources(List<Path> paths) throws IOException {
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            files = compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(paths));
            comments = DocTrees.instance(task);
            task.parse().forEach(units::add);
            assertThat(units).as("parsed source files").hasSameSizeAs(paths);
        }

        String commentOf(CompilationUnitTree unit, ClassTree type) {
            String comment = comments.getDocComment(TreePath.getPath(unit, type));
            return comment == null ? "" : comment;
        }

        @Override
        public void close() throws IOException {
            files.close();
        }
    }
}
