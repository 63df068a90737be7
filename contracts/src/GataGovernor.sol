// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorStorage} from "@openzeppelin/contracts/governance/extensions/GovernorStorage.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {
    GovernorVotesQuorumFraction
} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";

/// @title Votes of the stakers
/// @notice Weighs votes by staked GATA at the proposal's snapshot. Times are in seconds, by the votes' own clock. What
/// is decided waits in the timelock, which owns the other contracts. Proposals can be listed and read by calls alone,
/// because public endpoints do not search logs.
contract GataGovernor is
    Governor,
    GovernorSettings,
    GovernorCountingSimple,
    GovernorVotes,
    GovernorVotesQuorumFraction,
    GovernorTimelockControl,
    GovernorStorage
{
    /// @notice A proposal as it stands, with all that a screen needs, in one call.
    // solhint-disable-next-line gas-struct-packing
    struct ProposalSummary {
        uint256 id;
        address proposer;
        ProposalState state;
        /// @notice Whether the account did.
        bool hasVoted;
        /// @notice When votes are counted and voting begins, and when it ends; seconds.
        uint256 voteStart;
        uint256 voteEnd;
        /// @notice From when a queued one can be executed; zero when it is not queued.
        uint256 executableAt;
        uint256 againstVotes;
        uint256 forVotes;
        uint256 abstainVotes;
        /// @notice What "for" and "abstain" must reach together, and the account's votes; zero before voting begins.
        uint256 quorum;
        uint256 power;
        address[] targets;
        bytes[] calldatas;
        /// @notice Bytes, because nothing makes a proposer write UTF-8.
        bytes description;
    }

    /// @notice In bytes: descriptions are kept, and this much still fits into one transaction of a wallet.
    uint256 public constant LONGEST_DESCRIPTION = 4_096;

    mapping(uint256 proposalId => string) private _descriptions;

    error DescriptionTooLong(uint256 length);

    /// @param votes the staking vault.
    /// @param votingDelay_ from the proposal to its snapshot, seconds.
    /// @param votingPeriod_ seconds.
    /// @param threshold of votes that a proposer needs.
    /// @param quorumPercent of all votes that must take part.
    constructor(
        IVotes votes,
        TimelockController timelock_,
        uint48 votingDelay_,
        uint32 votingPeriod_,
        uint256 threshold,
        uint256 quorumPercent
    )
        Governor("GataGovernor")
        GovernorSettings(votingDelay_, votingPeriod_, threshold)
        GovernorVotes(votes)
        GovernorVotesQuorumFraction(quorumPercent)
        GovernorTimelockControl(timelock_)
    {}

    /// @notice A proposal by its place in the order of proposals, up to `proposalCount()`.
    /// @param account whose votes are told.
    function summaryAt(uint256 index, address account) external view returns (ProposalSummary memory summary) {
        (summary.id, summary.targets,, summary.calldatas,) = proposalDetailsAt(index);
        uint256 id = summary.id;
        summary.state = state(id);
        summary.proposer = proposalProposer(id);
        summary.voteStart = proposalSnapshot(id);
        summary.voteEnd = proposalDeadline(id);
        summary.executableAt = proposalEta(id);
        (summary.againstVotes, summary.forVotes, summary.abstainVotes) = proposalVotes(id);
        if (summary.voteStart < clock()) {
            summary.quorum = quorum(summary.voteStart);
            summary.power = getVotes(account, summary.voteStart);
        }
        summary.hasVoted = hasVoted(id, account);
        summary.description = bytes(_descriptions[id]);
    }

    function state(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (ProposalState)
    {
        return super.state(proposalId);
    }

    function proposalNeedsQueuing(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (bool)
    {
        return super.proposalNeedsQueuing(proposalId);
    }

    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    function _propose(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description,
        address proposer
    ) internal override(Governor, GovernorStorage) returns (uint256 proposalId) {
        uint256 length = bytes(description).length;
        if (length > LONGEST_DESCRIPTION) revert DescriptionTooLong(length);
        proposalId = super._propose(targets, values, calldatas, description, proposer);
        _descriptions[proposalId] = description;
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }
}
