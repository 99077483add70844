//! `soju config`: what can be set, and whether a file sets it right.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use soju_refine::job::{JobConfig, Preset};

use super::exit;
use super::paint::line;

/// Arguments of `soju config`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju config show > job.toml                     the default, each value with what it means and where it comes from
  soju config show strict                         the same of a preset
  soju config show strict --config mine.toml      what soju clean --preset strict --config mine.toml would run
  soju config check job.toml                      unknown keys and values that can't be used, with their lines
  soju clean corpus/ --out clean --preset fineweb2-kor")]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print the default pipeline as TOML, or that of a preset, with a comment for each value
    Show {
        /// A name of `soju config list` [default: the default pipeline]
        #[arg(value_name = "PRESET", conflicts_with = "preset")]
        name: Option<String>,
        #[command(flatten)]
        files: ConfigFileArgs,
        /// Print JSON, without comments
        #[arg(long)]
        json: bool,
    },
    /// Report what is wrong with configuration files, all of it
    Check {
        /// Files in TOML
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// List the presets
    List,
}

/// Where a configuration comes from.
#[derive(Debug, Args)]
pub(crate) struct ConfigFileArgs {
    /// Start from a preset: hplt, strict, fineweb2-kor or keep-all-label-only
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// Job configuration in TOML, over the preset; the other options win over it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl ConfigFileArgs {
    pub(crate) fn load(&self) -> anyhow::Result<JobConfig> {
        let preset = self.preset.as_deref().map(Preset::named).transpose()?;
        Ok(JobConfig::load(preset, self.config.as_deref())?)
    }
}

/// Runs `soju config`.
///
/// # Errors
/// There is no such preset, or a file can't be read or used.
pub(crate) fn run(args: ConfigArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        ConfigCommand::Show { name, mut files, json } => {
            files.preset = files.preset.or(name);
            let config = files.load()?;
            let preset = files.preset.as_deref().map(Preset::named).transpose()?;
            let text = if json {
                serde_json::to_string_pretty(&config.to_json())?
            } else {
                config.to_annotated_toml(preset)
            };
            line(text.trim_end())?;
            Ok(ExitCode::SUCCESS)
        }
        ConfigCommand::Check { files } => Ok(check(&files)?),
        ConfigCommand::List => {
            for preset in Preset::ALL {
                line(&format!("{:<20} {}", preset.name, preset.about()))?;
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn check(files: &[PathBuf]) -> std::io::Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for file in files {
        match JobConfig::from_file(file) {
            Ok(_) => line(&format!("{}: can be used", file.display()))?,
            Err(error) => {
                eprintln!("{error}");
                code = ExitCode::from(exit::USAGE);
            }
        }
    }
    Ok(code)
}
