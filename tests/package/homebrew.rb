# Installs a formula from a folder of archives, with as much of Homebrew's language as our formulae use:
#
#     ruby homebrew.rb FORMULA ARCHIVES PREFIX SYSTEM MACHINE
#
# It is no Homebrew: it knows what is written here, and fails at any other word. SYSTEM is macos or
# linux, MACHINE arm or intel; the formula's own test runs where the program may.
require "digest"
require "fileutils"
require "pathname"
require "rbconfig"
require "tmpdir"

FILE, ARCHIVES, PREFIX, SYSTEM, MACHINE = ARGV
HOMEBREW_PREFIX = Pathname.new(PREFIX)

# Homebrew's own additions to paths.
class Pathname
  def install(*sources)
    sources = sources.flatten
    raise "nothing to install into #{self}" if sources.empty?
    mkpath
    sources.each do |source|
      raise "#{source} isn't in the archive" unless File.file?(source)
      FileUtils.mv(source, self)
    end
  end

  def install_symlink(source)
    mkpath
    (self/source.basename).make_symlink(source)
  end
end

class Formula
  FACTS = {}
  class << self
    %i[desc homepage version license url sha256].each do |word|
      define_method(word) do |value|
        raise "#{word} is told twice for #{SYSTEM} on #{MACHINE}" if FACTS.key?(word)
        FACTS[word] = value
      end
    end
    %i[macos linux arm intel].each do |word|
      define_method("on_#{word}") { |&block| block.call if [SYSTEM, MACHINE].include?(word.to_s) }
    end
    def depends_on(system) = (raise "only for #{system}" if system.to_s != SYSTEM)
    def test(&block) = define_method(:tested, &block)
    def inherited(formula) = (super; FACTS[:class] = formula)
  end

  def version = FACTS.fetch(:version)
  def prefix = HOMEBREW_PREFIX/"opt"/File.basename(FILE, ".rb")
  def opt_bin = prefix/"bin"
  def bin = prefix/"bin"
  def lib = HOMEBREW_PREFIX/"lib"
  def man1 = prefix/"share/man/man1"
  def doc = prefix/"share/doc"
  def bash_completion = prefix/"etc/bash_completion.d"
  def fish_completion = prefix/"share/fish/vendor_completions.d"
  def zsh_completion = prefix/"share/zsh/site-functions"
  def caveats = nil
  def assert_match(wanted, text) = (raise "no #{wanted} in #{text}" unless text.include?(wanted))

  def shell_output(line)
    text = `#{line}`
    raise "#{line} failed" unless $?.success?
    text
  end
end

load File.expand_path(FILE)
name = File.basename(FILE, ".rb").split("-").map(&:capitalize).join
raise "Homebrew looks for the class #{name}" unless Formula::FACTS[:class].name == name
archive = File.join(File.expand_path(ARCHIVES), Formula::FACTS.fetch(:url).split("/").last)
raise "another checksum" unless Digest::SHA256.file(archive).hexdigest == Formula::FACTS.fetch(:sha256)
formula = Formula::FACTS[:class].new
Dir.mktmpdir do |folder|
  Dir.chdir(folder) do
    system("tar", "-xzf", archive, exception: true)
    formula.install
  end
end
puts formula.caveats
formula.tested if RbConfig::CONFIG["host_os"].start_with?(SYSTEM) && MACHINE == "intel"
